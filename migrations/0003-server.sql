-- Who is signed in to the console: one-time links and sessions. Only hashes of secrets are kept (SHA-256 of 256 random bits).
create schema server;

create table server.sign_in_link (
  secret_hash bytea primary key check (octet_length(secret_hash) = 32),
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  -- A link is good once.
  used_at timestamptz
);

create table server.session (
  secret_hash bytea primary key check (octet_length(secret_hash) = 32),
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  seen_at timestamptz not null,
  ended_at timestamptz
);
