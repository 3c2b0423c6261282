-- The ledger: what was recorded, in which place of the tree, under which signed heads, and who witnesses whom.
create schema ledger;

create table ledger.log (
  only_one boolean primary key default true check (only_one),
  origin text not null,
  -- How many entries have their place. Fixed here, and committed, before any file is written or head is signed.
  size bigint not null default 0 check (size >= 0),
  created_at timestamptz not null
);

-- Our own log keys, by their public text. More than one is in force only while a key is being changed.
create table ledger.key (
  vkey text primary key,
  added_at timestamptz not null,
  retired_at timestamptz
);

create table ledger.entry (
  entry_id bigint generated always as identity primary key,
  -- The index in the tree; null while it waits for its place, never changed afterwards.
  place bigint unique check (place >= 0),
  commitment bytea not null check (octet_length(commitment) = 32),
  -- The opening. Both go when a record is erased; the commitment stays, and the tree still verifies.
  salt bytea check (octet_length(salt) = 32),
  record text,
  kind text not null,
  recorded_at timestamptz not null,
  check ((salt is null) = (record is null))
);
create index on ledger.entry (entry_id) where place is null;

-- Every head that was ever signed and made known.
create table ledger.checkpoint (
  size bigint primary key,
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  published_at timestamptz not null
);
create index on ledger.checkpoint (published_at);

-- Whom we ask to cosign our heads. seen_size is what it cosigned last.
create table ledger.witness (
  vkey text primary key,
  url text not null,
  seen_size bigint not null default 0,
  added_at timestamptz not null,
  removed_at timestamptz
);

-- Whose heads we cosign, and the last one: the one fact a witness must never lose.
create table ledger.followed (
  origin text primary key,
  vkeys text[] not null,
  size bigint,
  root bytea check (octet_length(root) = 32),
  note text,
  cosigned_at timestamptz,
  added_at timestamptz not null,
  check ((size is null) = (root is null) and (size is null) = (note is null))
);
