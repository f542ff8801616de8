-- Addresses that are told the changes of a catalog. How far each has been told is the row of follower named webhook:ID.
create table webhook (
  webhook_id integer primary key autoincrement, -- never used again
  catalog_id integer not null references catalog,
  url        text not null,
  secret     text not null,    -- whsec_ and base64
  operations text not null,    -- joined by spaces; empty for all
  namespace  text not null,    -- levels joined by U+001F; empty for all
  created_at integer not null, -- milliseconds since 1970
  created_by text not null,
  disabled   text              -- why nothing is sent to it any more; null while something is
);
