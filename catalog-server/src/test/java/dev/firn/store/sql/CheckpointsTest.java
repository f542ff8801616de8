package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    private static final long LEFT = 20L * 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void aLongLogThatAKilledProcessLeftIsTakenOver() throws Exception {
        Path file = killedWithALongLog();
        assertThat(Files.size(file)).isLessThan(LEFT);
        assertThat(Files.size(Sqlite.log(file))).isGreaterThan(LEFT);

        try (SqlCatalogStore store = new SqlCatalogStore(file, Clock.systemUTC())) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (Files.size(file) < LEFT && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(Files.size(file))
                    .as("the database file, while the state is open and nobody writes")
                    .isGreaterThan(LEFT);
            assertThat(store.catalog("main")).isPresent();
        }
    }

    /** Copies the files while they are open: closed in order, they would have no log. */
    private Path killedWithALongLog() throws IOException, SQLException {
        Path file = folder.resolve("firn.db");
        new SqlCatalogStore(file, Clock.systemUTC()).close();
        Path copy = Files.createDirectory(folder.resolve("killed")).resolve("firn.db");
        try (Connection connection = Sqlite.openWriter(file);
                Statement statement = connection.createStatement()) {
            statement.execute("create table filling (content blob)");
            statement.execute("insert into filling values (randomblob(" + LEFT + "))");
            Files.copy(file, copy);
            Files.copy(Sqlite.log(file), Sqlite.log(copy));
        }
        return copy;
    }
}
