-- What engines reported of scans and commits: the newest of each table.
create table metrics_report (
  report_id   integer primary key,
  catalog_id  integer not null references catalog,
  table_uuid  text not null,
  reported_at integer not null, -- milliseconds since 1970
  principal   text not null,
  report      text not null     -- JSON, as the specification has it
);
create index metrics_report_of_table on metrics_report (catalog_id, table_uuid, report_id);
