-- A catalog: what REST clients call a warehouse.
create table catalog (
  catalog_id integer primary key,
  name       text not null unique
);

-- The ledger: one row for every change, never updated. The rows of one transaction share the number of its first.
create table change (
  change_id      integer primary key,
  transaction_id integer not null,
  catalog_id     integer not null references catalog,
  changed_at     integer not null, -- milliseconds since 1970, never less than that of the row before
  principal      text not null,
  operation      text not null,    -- create-table, commit-table, rename-view, drop-namespace, ...
  namespace      text not null,    -- levels joined by U+001F
  name           text,             -- null for a change of the namespace itself
  object_uuid    text,
  detail         text not null     -- JSON
);
create index change_at on change (catalog_id, changed_at);

-- A version of a namespace: true from one change until another. The present is to_change is null.
create table namespace_version (
  catalog_id  integer not null references catalog,
  namespace   text not null,       -- levels joined by U+001F
  parent      text not null,       -- the same without the last level; empty for the top level
  level       text not null,       -- the last level
  properties  text not null,       -- JSON
  from_change integer not null references change,
  to_change   integer references change
);
create unique index namespace_now on namespace_version (catalog_id, parent, level) where to_change is null;
create index namespace_past on namespace_version (catalog_id, parent, level, from_change);

-- A version of the name of a table or view, and of its pointer.
create table entry_version (
  catalog_id        integer not null references catalog,
  namespace         text not null,
  name              text not null,
  kind              text not null, -- table or view
  uuid              text not null,
  metadata_location text not null,
  from_change       integer not null references change,
  to_change         integer references change
);
create unique index entry_now on entry_version (catalog_id, namespace, name) where to_change is null;
create index entry_past on entry_version (catalog_id, namespace, name, from_change);

-- Metadata files that came with a transaction and are not yet synced by themselves; after a power cut they are written again from here.
create table kept_file (
  file_id  integer primary key autoincrement, -- never used again: what is released is named by its number
  location text not null,
  content  blob not null
);

insert into catalog (name) values ('main');
