-- Up to which change the metadata files that came with it are told apart, by the time of their last change, from files that only lie about. One row.
create table lasting_file (
  through_change integer not null
);
insert into lasting_file (through_change) values (0);
