-- What scanners see at each address, from which the doors of known assets and the unknown assets are derived: to whom an
-- address belongs may become known, or change, without another look.
create table estate.sighting (
  source_id int not null references estate.source,
  -- Empty where the scanner's network is not known.
  network text collate "C" not null,
  address text collate "C" not null,
  -- Key of the asset that it was taken for the last time; an unknown asset of its own where nobody owns it.
  owner text collate "C" not null default '',
  -- Why nobody owns it; empty where somebody does.
  why text not null default '',
  hostnames text[] not null default '{}',
  body jsonb not null,
  true_at timestamptz not null,
  seen_in int not null,
  primary key (source_id, network, address)
);
create index on estate.sighting (address);
create index on estate.sighting (owner);
-- Whose address is it: asked for every address that answers.
create index state_addresses on estate.state using gin ((body -> 'addresses')) where kind = 'asset';
create index state_hostnames on estate.state using gin ((body -> 'hostnames')) where kind = 'asset';
create index state_door_address on estate.state ((body ->> 'address')) where kind = 'door';
