-- Who is signed in, where the link was made for somebody: what needs two people needs to know them apart.
alter table server.sign_in_link add column account text;
alter table server.session add column account text;

create table patching.alert_answer (
  set_id text collate "C" not null,
  alert_id text collate "C" not null,
  acknowledged_by text not null,
  at timestamptz not null,
  primary key (set_id, alert_id)
);
comment on table patching.alert_answer is 'append-only: who acknowledged which alert, and when';

-- What somebody asks to be accepted, until another person approves it or it is withdrawn.
create table patching.exception_request (
  request_id uuid primary key,
  asset text,
  fix text not null,
  owner text not null,
  reason text not null,
  mitigation text not null,
  expires timestamptz not null,
  requested_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  decision text check (decision in ('approved', 'withdrawn')),
  check ((decided_at is null) = (decision is null) and (decided_at is null) = (decided_by is null))
);
