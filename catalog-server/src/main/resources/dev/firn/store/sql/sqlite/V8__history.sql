-- Up to which change it has been looked at what of the history before its start can go.
alter table history_start add column swept integer not null default 0;

-- Metadata files that only versions pointed to which are no longer kept. They go when no metadata names them any more.
create table former_file (
  catalog_id integer not null references catalog,
  uuid       text not null,
  location   text not null,
  kind       text not null,              -- table or view
  ours       integer not null,           -- 0: not written here, or not to be told; it stays
  going      integer not null default 0, -- 1: it is being deleted
  primary key (catalog_id, uuid, location)
) without rowid;
create index former_file_going on former_file (catalog_id, uuid) where going = 1;

-- Tables and views of which a version has gone since their former files were looked at.
create table former_due (
  catalog_id integer not null references catalog,
  uuid       text not null,
  primary key (catalog_id, uuid)
) without rowid;
