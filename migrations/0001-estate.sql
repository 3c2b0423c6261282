-- The estate: what is known of customers, services, assets, doors, accounts and holdings, from whom and since when.
create schema estate;

-- One configured place that facts come from: this machine, one host over SSH, the declared files.
create table estate.source (
  source_id int generated always as identity primary key,
  connector text not null,
  name text not null,
  -- After this many seconds its last collection is stale.
  interval_seconds int not null check (interval_seconds > 0),
  created_at timestamptz not null,
  unique (connector, name)
);

-- One run against a source. outcome is null while it runs; a run that its process did not survive is failed.
create table estate.collection (
  collection_id int generated always as identity primary key,
  source_id int not null references estate.source,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('complete', 'partial', 'failed')),
  observed int not null default 0,
  changed int not null default 0,
  gone int not null default 0,
  -- [{what, reason, detail}]: what this run could not see.
  unseen jsonb not null default '[]',
  check ((ended_at is null) = (outcome is null))
);
create index on estate.collection (source_id, collection_id desc);

-- A thing that at least one source or reference names. customer_id 0 is the supplier's own.
create table estate.entity (
  entity_id int generated always as identity primary key,
  customer_id int not null default 0,
  kind text not null,
  key text collate "C" not null,
  learned_at timestamptz not null,
  unique (kind, key)
);

-- The names by which sources find the same thing: its keys ('key:…') and what machines tell of themselves.
create table estate.identifier (
  kind text not null,
  identifier text collate "C" not null,
  customer_id int not null default 0,
  entity_id int not null references estate.entity,
  primary key (kind, identifier)
);
create index on estate.identifier (entity_id);

create table estate.observation (
  customer_id int not null,
  observation_id bigint generated always as identity,
  entity_id int not null,
  source_id int not null,
  collection_id int not null,
  -- The key and the other names by which this source calls the entity.
  key text collate "C" not null,
  identifiers text[] not null default '{}',
  true_at timestamptz not null,
  learned_at timestamptz not null,
  -- null: the source saw everything and this was no longer there.
  body jsonb,
  primary key (customer_id, observation_id)
);
comment on table estate.observation is 'append-only: one fact from one source at one time';
create index on estate.observation (entity_id, source_id, learned_at);

-- Derived: the last observation of each entity by each source.
create table estate.latest (
  customer_id int not null,
  entity_id int not null,
  source_id int not null,
  key text collate "C" not null,
  identifiers text[] not null default '{}',
  true_at timestamptz not null,
  learned_at timestamptz not null,
  -- The last collection that saw it; its end is when the fact was last confirmed.
  seen_in int not null,
  body jsonb,
  primary key (entity_id, source_id)
);
create index on estate.latest (source_id) where body is not null;

-- Derived: what all sources together say, one row for each entity that at least one source still reports.
create table estate.state (
  customer_id int not null,
  entity_id int primary key,
  kind text not null,
  key text collate "C" not null,
  body jsonb not null,
  -- The sources that report it now, ascending.
  sources int[] not null,
  -- [{field, values: [{source, value}]}]: where sources disagree.
  conflicts jsonb not null default '[]',
  true_at timestamptz not null,
  learned_at timestamptz not null,
  asset_id int,
  account_id int,
  service_id int,
  division_id int,
  from_id int,
  to_id int
);
create unique index on estate.state (kind, key);
create index on estate.state (customer_id, kind);
create index on estate.state (asset_id) where asset_id is not null;
create index on estate.state (service_id) where service_id is not null;
create index on estate.state (from_id) where from_id is not null;
create index on estate.state (to_id) where to_id is not null;

-- One distinct component of the whole estate; matching happens here and nowhere else.
create table estate.component (
  component_id int generated always as identity primary key,
  type text not null,
  release text not null,
  name text collate "C" not null,
  version text not null,
  architecture text not null,
  source_name text not null,
  source_version text not null,
  unique (name, version, type, release, architecture, source_name, source_version)
);

-- The components of one kind on one asset as one source last saw them: sorted ids, without repeats.
create table estate.inventory (
  customer_id int not null,
  asset_id int not null,
  source_id int not null,
  section text not null,
  components int4[] not null,
  -- {component_id: {state, held, pin, origin}} for the remarkable ones.
  notes jsonb not null default '{}',
  sha256 text,
  true_at timestamptz not null,
  learned_at timestamptz not null,
  seen_in int not null,
  primary key (asset_id, source_id, section)
);
create index inventory_components on estate.inventory using gin (components);

create table estate.inventory_change (
  customer_id int not null,
  change_id bigint generated always as identity,
  asset_id int not null,
  source_id int not null,
  section text not null,
  collection_id int not null,
  added int4[] not null,
  removed int4[] not null,
  true_at timestamptz not null,
  learned_at timestamptz not null,
  primary key (customer_id, change_id)
);
comment on table estate.inventory_change is 'append-only: what came and went in an inventory';
create index on estate.inventory_change (asset_id, source_id, section, change_id);
