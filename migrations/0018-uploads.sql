-- Up to which collection the updates that hosts are offered were read into findings: one row.
create table scanning.offers_read (
  one boolean primary key default true check (one),
  collection int not null
);
