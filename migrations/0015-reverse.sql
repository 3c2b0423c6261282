-- The reverse question reads the log of inventories from a number on: it is written in that order, so a coarse index is enough.
create index inventory_change_ids on estate.inventory_change using brin (change_id) with (autosummarize = on);
