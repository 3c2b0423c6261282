-- Hosts that push their inventory: who may, and the sections that each has sent. Only hashes of tokens are kept.
create schema push;

create table push.enrolment (
  enrolment_id int generated always as identity primary key,
  -- The name of the source that its collections go under.
  name text not null unique check (name <> ''),
  -- SHA-256 of 256 random bits.
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  created_at timestamptz not null,
  revoked_at timestamptz,
  -- Taken from the first report: a token speaks for one host and no other.
  asset_key text collate "C" unique,
  -- The last check-in: when, and the hash it offered for each section.
  checked_in_at timestamptz,
  offered jsonb not null default '{}'
);

create table push.section (
  enrolment_id int not null references push.enrolment on delete cascade,
  name text not null,
  sha256 text not null,
  -- gzip of the section as the host hashed it.
  content bytea not null,
  received_at timestamptz not null,
  primary key (enrolment_id, name)
);
