-- People: the counts of holdings, and their sealed sets. A set is noise without the person key, which is never kept here.
create schema people;

create table people.holding_count (
  customer_id int not null default 0,
  -- The key of the holding in the estate.
  holding text collate "C" not null,
  counted_at timestamptz not null,
  -- Living people by this count.
  living_low bigint not null check (living_low >= 0),
  living_best bigint not null check (living_best >= living_low),
  living_high bigint not null check (living_high >= living_best),
  deceased bigint not null check (deceased >= 0),
  partial boolean not null,
  -- Both null in counts-only mode: then unions are bounds.
  key_id text check (key_id ~ '^[0-9a-f]{16}$'),
  sealed bytea,
  check ((key_id is null) = (sealed is null)),
  primary key (customer_id, holding, counted_at)
);

-- Every opening of sealed sets: when, what for, how many. Not which people: nobody's data are in it.
create table people.set_reading (
  reading_id bigint generated always as identity primary key,
  read_at timestamptz not null,
  purpose text not null check (purpose in ('union', 'exposure', 'incident', 'rekey')),
  sets int not null check (sets >= 0)
);
comment on table people.set_reading is 'append-only';
