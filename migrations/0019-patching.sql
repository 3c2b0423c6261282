-- Patching: one deadline for each fix on each asset, from all adopted rules, with the proof of its clock.
create schema patching;

-- Which rules are in force is the last change of each set; sets that Holdfast brings along may be adopted without one.
create table patching.rule_change (
  change_id int generated always as identity primary key,
  set_id text collate "C" not null,
  change text not null check (change in ('adopted', 'retired')),
  -- Counts the contents that were adopted under this id.
  number int not null,
  -- SHA-256 (hex) of what the set says, and the set as it was read and as it was written.
  digest text not null,
  body jsonb not null,
  written text not null,
  adopted_by text not null,
  at timestamptz not null
);
comment on table patching.rule_change is 'append-only: who adopted or retired which rules, and when';

-- One distinct thing to be done, the same for every asset.
create table patching.fix (
  fix_id int generated always as identity primary key,
  key text collate "C" not null unique,
  kind text not null,
  type text not null,
  release text not null,
  name text collate "C" not null,
  target text
);
create index on patching.fix (type, release, name);

create table patching.clock_fact (
  fix_id int not null references patching.fix,
  at timestamptz not null,
  source text not null,
  said_by text not null,
  observed_at timestamptz not null,
  primary key (fix_id, source, said_by, at)
);
comment on table patching.clock_fact is 'append-only: who says when a fix was released, and when we learned it';

-- Which flaw of which component needs which fix: what the findings say, as the rules see it.
create table patching.need (
  component_id int not null,
  finding_key text collate "C" not null,
  fix_id int not null references patching.fix,
  -- Whether the flaw is there is known; where it is not, it counts as there.
  certain boolean not null,
  -- There is something to install or to set.
  fixable boolean not null,
  flaw jsonb not null,
  -- Of everything above as the findings have it: another digest, another need.
  digest text not null,
  primary key (component_id, finding_key)
);
create index on patching.need (fix_id);

-- The facts of an asset that rules and proof ask for, as they were when its items were last judged.
create table patching.asset (
  asset_id int primary key,
  facts jsonb not null,
  first_evaluated timestamptz not null
);

create table patching.item (
  customer_id int not null,
  asset_id int not null,
  fix_id int not null references patching.fix,
  -- Names of the flaws, and the components that have them.
  flaws text[] not null,
  components int4[] not null,
  certain boolean not null,
  phase text not null check (phase in ('open', 'no-fix', 'fixed-unproven', 'fixed-proven', 'void')),
  start_at timestamptz not null,
  start_source text not null,
  start_from text not null,
  due timestamptz,
  -- The rule that binds: its set, its id, and the version of the set.
  rule_set text,
  rule text,
  rule_version text,
  born_overdue boolean not null,
  reopened_at timestamptz,
  reopened_cause text,
  first_seen timestamptz not null,
  effective_at timestamptz,
  lacks text[] not null,
  changed_at timestamptz not null,
  primary key (asset_id, fix_id)
);
create index item_due on patching.item (due) where phase in ('open', 'no-fix', 'fixed-unproven');
create index item_fix on patching.item (fix_id);
create index item_unproven on patching.item (asset_id) where phase = 'fixed-unproven';

create table patching.item_change (
  customer_id int not null,
  change_id bigint generated always as identity,
  at timestamptz not null,
  asset_id int not null,
  fix_id int not null,
  -- What changed: new, deadline, flaws, fixed, proven, unproven, reopened, void.
  why text not null,
  flaws text[] not null,
  certain boolean not null,
  phase text not null,
  start_at timestamptz not null,
  start_source text not null,
  start_from text not null,
  due timestamptz,
  rule_set text,
  rule text,
  rule_version text,
  born_overdue boolean not null,
  reopened_at timestamptz,
  reopened_cause text,
  first_seen timestamptz not null,
  effective_at timestamptz,
  lacks text[] not null,
  primary key (customer_id, change_id)
);
comment on table patching.item_change is 'append-only: every state that an item was in, from when on';
create index on patching.item_change (asset_id, fix_id, change_id);
create index on patching.item_change (at);

create table patching.exception (
  exception_id uuid primary key,
  -- Null: every asset.
  asset text,
  -- The key of a fix or the name of a flaw.
  fix text not null,
  owner text not null,
  reason text not null,
  -- A measure that is itself checked, by name.
  mitigation text not null,
  expires timestamptz not null,
  approved_by text not null check (approved_by <> owner),
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_cause text check (closed_cause in ('expired', 'withdrawn', 'fixed', 'mitigation-failed')),
  check ((closed_at is null) = (closed_cause is null))
);

-- One evaluation: up to where it had read what it depends on.
create table patching.run (
  run_id int generated always as identity primary key,
  at timestamptz not null,
  rules text not null,
  matched_at timestamptz,
  inventories_at timestamptz,
  items int not null,
  changes int not null
);
