-- The content of a kept file may be how it differs from another (dev.firn.store.Difference), which is safe or stands before it here.
alter table kept_file add column base text; -- the location of the other file; null if the content is all bytes
