-- Where the collection of a source that takes long had come to when it was broken off.
create table estate.position (
  source_id int primary key references estate.source,
  -- As the connector writes it; empty: at its end.
  text text not null,
  at timestamptz not null
);
