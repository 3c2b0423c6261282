-- Background jobs. This table is the record of every job; pg-boss (schema pgboss) only hands out those that wait.
create table kernel.job (
  job_id uuid primary key,
  -- Whose scope the job was started in and runs in; 0 is the supplier's own, which sees everything.
  customer_id int not null
    default coalesce(nullif(nullif(current_setting('holdfast.scope', true), 'everything'), ''), '0')::int,
  name text not null,
  -- At most one job of a name with the same key waits or runs.
  key text,
  input jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- Grows with every claim: the fence that a worker which lost the job cannot pass.
  attempt int not null default 0,
  -- Attempts that failed or whose worker vanished; a graceful stop is not a failure.
  failures int not null default 0,
  created_at timestamptz not null default now(),
  not_before timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  lease_until timestamptz,
  worker text,
  cancel_requested boolean not null default false,
  done bigint not null default 0,
  total bigint,
  what text,
  checkpoint jsonb,
  error_code text,
  error_message text,
  check ((state = 'running') = (lease_until is not null)),
  check ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null))
);
create unique index on kernel.job (name, key) where key is not null and state in ('waiting', 'running');
create index on kernel.job (state, lease_until) where state in ('waiting', 'running');
create index on kernel.job (created_at desc);
create index on kernel.job (ended_at) where ended_at is not null;
