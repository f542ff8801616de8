-- What is remembered of a request with an Idempotency-Key, to answer its repetition: a body, or the state of a table or view.
create table receipt (
  receipt_key       text primary key,
  request           text not null,    -- a digest of who asked for what
  status            integer not null, -- of HTTP
  kind              text,             -- table or view
  metadata_location text,
  body              text,             -- JSON
  kept_until        integer not null  -- milliseconds since 1970
) without rowid;
create index receipt_kept_until on receipt (kept_until);
