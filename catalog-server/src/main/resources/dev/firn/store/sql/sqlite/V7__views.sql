-- Pages of views, which are few among many tables. Partial, so that tables and their commits do not touch it.
create index view_now on entry_version (catalog_id, namespace, name) where to_change is null and kind = 'view';
