package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.store.CatalogStore;
import dev.firn.store.CatalogStoreContract;
import dev.firn.store.Change;
import dev.firn.store.Transaction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlCatalogStoreTest extends CatalogStoreContract {
    @TempDir
    private Path folder;

    private CatalogStore store;

    @Override
    protected CatalogStore open() {
        store = new SqlCatalogStore(file(), Clock.systemUTC());
        return store;
    }

    @Override
    protected CatalogStore reopened() {
        store.close();
        return open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theLedgerHasARowForEveryChangeAndOneNumberForATransaction() throws SQLException {
        apply(
                new Change.CreateNamespace(Namespace.of("a"), Map.of()),
                new Change.CreateNamespace(Namespace.of("b"), Map.of()));
        apply(new Change.DropNamespace(Namespace.of("a")));

        assertThat(query(
                        "select change_id || ' ' || transaction_id || ' ' || operation || ' ' || namespace || ' ' || principal"
                                + " from change order by change_id"))
                .containsExactly(
                        "1 1 create-namespace a tester",
                        "2 1 create-namespace b tester",
                        "3 3 drop-namespace a tester");
    }

    @Test
    void theLedgerDoesNotGoBackwardsWithTheClock() throws SQLException {
        apply(new Change.CreateNamespace(Namespace.of("a"), Map.of()));
        store.close();
        store = new SqlCatalogStore(file(), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        apply(new Change.CreateNamespace(Namespace.of("b"), Map.of()));

        List<String> times = query("select changed_at from change order by change_id");
        assertThat(Long.parseLong(times.get(1))).isEqualTo(Long.parseLong(times.get(0)));
    }

    @Test
    void aFileOfANewerVersionIsRefused() throws SQLException {
        store.close();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("pragma user_version = 9999");
        }

        assertThatThrownBy(() -> new SqlCatalogStore(file(), Clock.systemUTC()))
                .isInstanceOf(NewerStateException.class)
                .hasMessageContaining("9999");
    }

    private void apply(Change... changes) {
        store.apply(new Transaction(store.catalog("main").orElseThrow(), "tester", List.of(changes), List.of()));
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private Path file() {
        return folder.resolve("firn.db");
    }
}
