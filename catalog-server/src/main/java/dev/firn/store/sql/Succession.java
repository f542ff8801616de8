package dev.firn.store.sql;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes a backup ready to follow the present state: it takes over what must not go back with the rest. */
final class Succession {
    private static final String ATTACH = "attach database ? as present";

    /** One row for each catalog, of one transaction, behind every number that was ever given. */
    private static final String TELL = """
        insert into change (change_id, transaction_id, catalog_id, changed_at, principal, operation,
                            namespace, name, object_uuid, detail)
        with last (given, kept, at) as (
          select max((select coalesce(max(change_id), 0) from present.change),
                     (select coalesce(max(change_id), 0) from main.change)),
                 (select coalesce(max(change_id), 0) from main.change),
                 max(?,
                     (select coalesce(max(changed_at), 0) from present.change),
                     (select coalesce(max(changed_at), 0) from main.change)))
        select last.given + row_number() over (order by catalog_id), last.given + 1, catalog_id, last.at, ?, 'restore-catalog',
               '', null, null, json_object('kept-until', last.kept, 'undone-until', last.given)
          from main.catalog, last""";

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
        select change_id, outcome
          from present.dropped_outcome
         where outcome = 'purged' and change_id in (select change_id from main.change)""",
        // Kept files are let go by their numbers, also by who has just looked at those of the present state.
        """
        insert into main.sqlite_sequence (name, seq)
        select 'kept_file', max((select coalesce(max(seq), 0) from present.sqlite_sequence where name = 'kept_file'),
                                (select coalesce(max(seq), 0) from main.sqlite_sequence where name = 'kept_file'))""",
        """
        delete from main.sqlite_sequence
         where name = 'kept_file' and rowid < (select max(rowid) from main.sqlite_sequence where name = 'kept_file')"""
    };

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
     */
    void prepare(String principal, long now) throws SQLException {
        try (Connection connection = Sqlite.openWriter(backup)) {
            try (PreparedStatement attach = connection.prepareStatement(ATTACH)) {
                attach.setString(1, state.toString());
                attach.execute();
            }
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
                statement.execute("detach database present");
                statement.execute("pragma journal_mode = delete");
            }
        }
    }
}
