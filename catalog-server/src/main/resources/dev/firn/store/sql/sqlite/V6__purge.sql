-- The deletion of a table's files, begun when the outcome of its drop was settled.
create table purge (
  change_id   integer primary key references dropped_outcome, -- the change that dropped it
  catalog_id  integer not null references catalog,
  uuid        text not null,
  location    text not null,    -- of the table
  begun_at    integer not null, -- milliseconds since 1970
  finished_at integer,          -- null while files are being deleted
  deleted     integer not null default 0,
  left_files  integer not null default 0, -- that others need, or that lie outside of its location
  note        text not null default ''    -- why files were left, or why it waits
);
create index purge_of_table on purge (catalog_id, uuid);
create index purge_unfinished on purge (change_id) where finished_at is null;

-- Partial, so that commits do not touch it: whose files another catalog has.
create index change_unregistered on change (catalog_id, change_id) where operation = 'unregister-table';
