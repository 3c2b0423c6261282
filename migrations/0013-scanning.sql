-- Scanning: what advisories say of each distinct component of the estate, matched once for all assets that hold it.
create schema scanning;

create table scanning.matched (
  component_id int primary key,
  -- Digest of the feeds that could answer for it when it was matched: another digest, another matching.
  feeds text not null,
  -- Base name and release of the ecosystem that answers for it; empty where none does.
  ecosystem text not null,
  -- Why no feed answers for it, whatever their age; null where one does.
  reason text,
  limits text[] not null,
  matched_at timestamptz not null
);
create index on scanning.matched (ecosystem);

create table scanning.finding (
  component_id int not null,
  -- The same in every run for the same package and flaw.
  key text collate "C" not null,
  id text collate "C" not null,
  -- The record, its aliases and the CVEs it is made of, in capitals.
  names text[] not null,
  state text not null check (state in ('affected', 'not_affected', 'unknown')),
  -- Order in which people should look, as advisories/priority.ts has it: smaller first.
  rank double precision not null,
  known_exploited boolean not null,
  severity text not null,
  fixable boolean not null,
  -- The whole finding as `scan --format json` prints it.
  body jsonb not null,
  first_seen timestamptz not null,
  changed_at timestamptz not null,
  primary key (component_id, key)
);
create index finding_names on scanning.finding using gin (names);
create index finding_rank on scanning.finding (rank, key) where state <> 'not_affected';

create table scanning.finding_change (
  change_id bigint generated always as identity primary key,
  component_id int not null,
  key text collate "C" not null,
  id text not null,
  -- Null: nobody says it any more.
  state text,
  known_exploited boolean not null,
  severity text not null,
  at timestamptz not null
);
comment on table scanning.finding_change is 'append-only: what was said of a component, from when on';
create index on scanning.finding_change (component_id, key, change_id);

-- The feeds of the last matching, for judging their age when somebody asks.
create table scanning.feed (
  id text primary key,
  body jsonb not null
);
