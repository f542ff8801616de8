-- Tables that were dropped without a purge, and for which somebody asked later: open drops, as dropped_outcome settles them.
create table dropped_purge (
  change_id    integer primary key, -- the change that dropped it
  catalog_id   integer not null references catalog,
  requested_at integer not null     -- milliseconds since 1970
);
