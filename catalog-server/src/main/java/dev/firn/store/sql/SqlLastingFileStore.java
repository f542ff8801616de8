package dev.firn.store.sql;

import dev.firn.store.ChangeFile;
import dev.firn.store.LastingFileStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The files of all changes, in the file of state. */
final class SqlLastingFileStore implements LastingFileStore {
    /** Each file came with a version that began with the change of that name. A rename or an undrop makes none: its file came with a change before. */
    private static final String AFTER = """
        select change.change_id, changed_at, metadata_location,
               to_change is not null and exists (
                   select 1
                     from purge
                    where purge.catalog_id = version.catalog_id and purge.uuid = version.uuid
                      and purge.change_id > version.from_change) as purged
          from change
          left join entry_version version
            on version.catalog_id = change.catalog_id and version.namespace = change.namespace
           and version.name = change.name and version.from_change = change.change_id
         where change.change_id > ?
         order by change.change_id
         limit ?""";

    private final Reads reads;
    private final GroupCommit writer;

    SqlLastingFileStore(Reads reads, GroupCommit writer) {
        this.reads = reads;
        this.writer = writer;
    }

    @Override
    public List<ChangeFile> after(long change, int limit) {
        return reads.read(handle -> Positional.list(handle, AFTER, SqlLastingFileStore::file, change, limit));
    }

    private static ChangeFile file(ResultSet row) throws SQLException {
        return new ChangeFile(
                row.getLong("change_id"),
                Instant.ofEpochMilli(row.getLong("changed_at")),
                row.getString("metadata_location"),
                row.getBoolean("purged"));
    }

    @Override
    public long through() {
        return reads.read(handle -> Positional.first(
                        handle, "select through_change from lasting_file", row -> row.getLong("through_change"))
                .orElse(0L));
    }

    @Override
    public void markedThrough(long before, long change) {
        writer.submit(handle -> Positional.execute(
                handle, "update lasting_file set through_change = ? where through_change = ?", change, before));
    }
}
