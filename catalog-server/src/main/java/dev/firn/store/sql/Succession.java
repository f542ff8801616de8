package dev.firn.store.sql;

import dev.firn.store.NamedFiles;
import dev.firn.store.NotAStateException;
import dev.firn.store.RestoredLedger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes a backup ready to follow the present state: it takes over what must not go back with the rest. */
final class Succession {
    private static final String ATTACH = "attach database ? as present";

    // Kept is what both have: the state that a restore kept aside has changes beyond that, which were told as undone.
    // Those from before the start of history are known to the backup alone; a state without changes has told nobody.
    // Who was not told of an earlier restore yet, whose row goes now, goes back to where that one did.
    private static final String TELL = LedgerSql.tellRestored("""
        select max((select coalesce(max(change_id), 0) from present.change),
                   (select coalesce(max(change_id), 0) from main.change)),
               min(common.change_id,
                   (select coalesce(min(detail ->> '$.kept-until'), common.change_id)
                      from present.change
                     where change_id > common.change_id and operation = 'restore-catalog')),
               max(?,
                   (select coalesce(max(changed_at), 0) from present.change),
                   (select coalesce(max(changed_at), 0) from main.change))
          from (select coalesce((select kept.change_id
                                   from main.change kept
                                  where not exists (select 1 from present.change)
                                     or kept.change_id < (select max(change_id) from present.history_start)
                                     or exists (select 1
                                                  from present.change same
                                                 where same.change_id = kept.change_id
                                                   and same.changed_at = kept.changed_at
                                                   and same.operation = kept.operation)
                                  order by kept.change_id desc
                                  limit 1), 0) as change_id) common""");

    private static final String[] TAKE_OVER = {
        """
        insert into main.follower (name, change_id)
        select name, change_id from present.follower where true
        on conflict (name) do update set change_id = excluded.change_id""",
        """
        insert into main.history_start (catalog_id, change_id)
        select catalog_id, change_id from present.history_start where catalog_id in (select catalog_id from main.catalog)
        on conflict (catalog_id) do update set change_id = max(change_id, excluded.change_id)""",
        """
        insert or ignore into main.dropped_outcome (change_id, outcome)
        select ended.change_id, ended.outcome
          from present.dropped_outcome ended
          join present.change dropped on dropped.change_id = ended.change_id
          join main.change same on same.change_id = ended.change_id and same.object_uuid = dropped.object_uuid
         where ended.outcome = 'purged'""",
        // Dropped in the backup, brought back since, and then dropped to be purged: it cannot come back any more.
        """
        insert or ignore into main.dropped_outcome (change_id, outcome)
        select dropped.change_id, 'purged'
          from main.change dropped
          left join present.change same on same.change_id = dropped.change_id and same.object_uuid = dropped.object_uuid
         where dropped.operation in ('drop-table', 'purge-table')
           and exists (select 1
                         from present.purge
                        where purge.catalog_id = dropped.catalog_id and purge.uuid = dropped.object_uuid)
           and case when same.change_id is null
               -- Only open drops are kept from before the start of history.
               then dropped.change_id < (select max(change_id) from present.history_start where catalog_id = dropped.catalog_id)
               else exists (select 1 from present.dropped_outcome ended where ended.change_id = dropped.change_id) end""",
        """
        insert or ignore into main.dropped_outcome (change_id, outcome)
        select begun.change_id, 'purged'
          from present.purge begun
          left join main.change same on same.change_id = begun.change_id
         where same.change_id is null or same.object_uuid = begun.uuid""",
        // A deletion that is under way goes on, and what was deleted stays known. Of a table that the backup does not
        // know, nobody can tell which files are left: they stay, and backups that have the table are refused further
        // on.
        """
        insert or ignore into main.purge (change_id, catalog_id, uuid, location, begun_at, finished_at, deleted, left_files, note)
        select begun.change_id, begun.catalog_id, begun.uuid, begun.location, begun.begun_at,
               case when same.change_id is null then coalesce(begun.finished_at, begun.begun_at) else begun.finished_at end,
               begun.deleted, begun.left_files,
               case when same.change_id is null and begun.finished_at is null
                    then 'the catalog went back to before this table: what was left of its files stays' else begun.note end
          from present.purge begun
          left join main.change same on same.change_id = begun.change_id
         where (same.change_id is null or same.object_uuid = begun.uuid)
           and begun.catalog_id in (select catalog_id from main.catalog)""",
        // What is kept of files will be written again, and the warehouse may be a copy that took no times with it. A
        // number that was never there before tells who is in the middle of marking that this is another state.
        "update main.lasting_file set through_change = -(select max(change_id) from main.change)",
        // What names these files is another state now.
        "insert or ignore into main.former_due (catalog_id, uuid) select distinct catalog_id, uuid from main.former_file",
        // Who is told of changes does not go back with the catalogs: one that was removed since stays removed, one that
        // was added is told that they went back. A state of which nothing was ever made, or of which all is lost, takes
        // those of the backup.
        """
        delete from main.webhook
         where exists (select 1 from present.change where operation <> 'restore-catalog')
            or exists (select 1 from present.history_start) or exists (select 1 from present.webhook)""",
        """
        insert into main.webhook (webhook_id, catalog_id, url, secret, operations, namespace, created_at, created_by, disabled)
        select webhook_id, catalog_id, url, secret, operations, namespace, created_at, created_by, disabled
          from present.webhook
         where catalog_id in (select catalog_id from main.catalog)""",
        """
        delete from main.follower
         where name like 'webhook:%'
           and not exists (select 1 from main.webhook where follower.name = 'webhook:' || webhook_id)""",
        // Kept files are let go by their numbers, also by who has just looked at those of the present state; a
        // webhook's number is never another's.
        """
        insert into main.sqlite_sequence (name, seq)
        select name, max(seq)
          from (select name, seq from present.sqlite_sequence union all select name, seq from main.sqlite_sequence)
         group by name""",
        """
        delete from main.sqlite_sequence
         where rowid not in (select max(rowid) from main.sqlite_sequence group by name)"""
    };

    /**
     * Tables of the backup whose deletion has begun since. Their last metadata file is deleted at the end, so it says nothing of their other files. One that is also
     * present now was protected from it.
     */
    private static final String GOING = """
        select replace(version.namespace, char(31), '.') || '.' || version.name as name, version.metadata_location
          from main.entry_version version indexed by entry_now
         where version.to_change is null
           and exists (select 1
                         from present.purge
                        where purge.catalog_id = version.catalog_id and purge.uuid = version.uuid)
           and not exists (select 1
                             from present.entry_version now indexed by entry_now
                            where now.catalog_id = version.catalog_id and now.namespace = version.namespace
                              and now.name = version.name and now.to_change is null
                              and now.metadata_location = version.metadata_location)
         limit 1""";

    private final Path backup;
    private final Path state;

    Succession(Path backup, Path state) {
        this.backup = backup;
        this.state = state;
    }

    /**
     * Takes over what must stay. To be called when nobody changes the present state any more.
     *
     * @param now milliseconds since 1970
     * @return what the ledger of the backup is now
     * @throws NotAStateException if the backup has a table whose files are deleted, or are being deleted
     */
    RestoredLedger prepare(String principal, long now) throws SQLException {
        try (Connection connection = Sqlite.openWriter(backup)) {
            attach(connection);
            requireFiles(connection);
            connection.setAutoCommit(false);
            try (PreparedStatement tell = connection.prepareStatement(TELL)) {
                tell.setLong(1, now);
                tell.setString(2, principal);
                tell.executeUpdate();
            }
            try (Statement statement = connection.createStatement()) {
                for (String each : TAKE_OVER) {
                    statement.executeUpdate(each);
                }
            }
            connection.commit();
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                RestoredLedger ledger = ledger(statement);
                statement.execute("detach database present");
                statement.execute("pragma journal_mode = delete");
                return ledger;
            }
        }
    }

    private static RestoredLedger ledger(Statement statement) throws SQLException {
        try (ResultSet newest = statement.executeQuery(
                "select change_id, changed_at, detail ->> '$.kept-until' as kept_until from main.change order by change_id desc limit 1")) {
            newest.next();
            return new RestoredLedger(
                    new NamedFiles.Mark(newest.getLong("change_id"), newest.getLong("changed_at")),
                    newest.getLong("kept_until"));
        }
    }

    private void attach(Connection connection) throws SQLException {
        try (PreparedStatement attach = connection.prepareStatement(ATTACH)) {
            attach.setString(1, state.toString());
            attach.execute();
        }
    }

    /** Throws {@link NotAStateException} if the backup has a table whose files are deleted now, or are being deleted. */
    void requireFiles() throws SQLException {
        try (Connection connection = Sqlite.openWriter(backup)) {
            attach(connection);
            requireFiles(connection);
        }
    }

    private static void requireFiles(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet going = statement.executeQuery(GOING)) {
            if (going.next()) {
                throw new NotAStateException(
                        "The backup has the table %s (%s), which was purged since: its files are deleted, or are being deleted; nothing was restored"
                                .formatted(going.getString("name"), going.getString("metadata_location")));
            }
        }
    }
}
