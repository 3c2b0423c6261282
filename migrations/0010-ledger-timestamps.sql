-- RFC 3161: what a time-stamping authority answered for a head. Kept as it came: others verify it with their own tools.
create table ledger.timestamp (
  size bigint not null references ledger.checkpoint,
  authority text not null,
  -- The TimeStampResp, DER.
  reply bytea not null,
  -- The authority's own time in it.
  stamped_at timestamptz not null,
  primary key (size, authority)
);
