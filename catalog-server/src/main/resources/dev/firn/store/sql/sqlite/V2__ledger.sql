-- How far back a catalog can be read: the state before this change is no longer kept. No row: from the beginning.
create table history_start (
  catalog_id integer primary key references catalog,
  change_id  integer not null -- the last of its transaction; its row stays in the ledger
);

-- What became of a name that was dropped, once it can no longer come back, or has.
create table dropped_outcome (
  change_id integer primary key, -- the change that dropped it
  outcome   text not null        -- undropped, or purged: its files are being deleted or have been
);

-- How far those who follow the ledger have read, and who must not miss a change.
create table follower (
  name      text primary key,
  change_id integer not null     -- the last one that is done
);

-- Partial, so that commits do not touch it.
create index change_dropped on change (catalog_id, change_id)
  where operation in ('drop-table', 'drop-view', 'purge-table');
