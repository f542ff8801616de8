-- Nothing reads it: what has begun to be deleted is deleted again from the row itself.
drop index former_file_going;
alter table former_file drop column going;
