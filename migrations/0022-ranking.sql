-- Orders of assets and doors by the people who are reached from them, each under the name of what it says: the pages of a
-- list are all of one order, whichever process answers and whatever is learned meanwhile. The newest are kept.
create schema exposure;

create table exposure.ranking (
  id text primary key,
  -- The moment of which it tells, and when a list was last of it.
  at timestamptz not null,
  used_at timestamptz not null,
  -- Figures of each place, the most people first; null: people unknown.
  places jsonb not null,
  -- Assets by number, ascending, and the place of each; doors by key.
  assets int[] not null,
  asset_places int[] not null,
  doors jsonb not null
);
create index on exposure.ranking (used_at);
