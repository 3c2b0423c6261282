-- What is said of a component again in the same words is not written again: a digest of the whole finding tells.
alter table scanning.finding add column digest text not null default '';
