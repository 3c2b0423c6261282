-- What changelogs of packages say: evidence of when a fix was released, whichever host read it first.
create table patching.changelog (
  type text not null,
  release text not null,
  -- The source and its version, as in patching.fix.
  name text collate "C" not null,
  version text collate "C" not null,
  at timestamptz not null,
  -- The flaws that the entry names.
  flaws text[] not null,
  learned_at timestamptz not null,
  primary key (type, release, name, version, at)
);
comment on table patching.changelog is 'append-only: entries of changelogs, one for each version of a source';
create index on patching.changelog (learned_at);
