package dev.firn.conformance.port.javaclient;

import static dev.firn.conformance.port.javaclient.JavaClient.SCHEMA;
import static dev.firn.conformance.port.javaclient.JavaClient.file;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Apache's client does by itself: asks whether a table has changed, gives requests a key, tries again. */
@ExtendWith(SharedServer.class)
class JavaRetriesIT {
    private static final int CLIENTS = 4;
    private static final int APPENDS = 5;

    @Test
    void tableThatTheClientHasIsNotSentAgain(FirnServer server) throws Exception {
        TableIdentifier name = TableIdentifier.of(Names.fresh("java"), "t");
        try (WatchedClient watched = new WatchedClient(server);
                RESTCatalog other = JavaClient.connect(server)) {
            watched.catalog().createNamespace(name.namespace());
            other.createTable(name, SCHEMA);
            Table first = watched.catalog().loadTable(name);
            assertThat(watched.unchanged()).isZero();

            Table second = watched.catalog().loadTable(name);
            assertThat(watched.unchanged()).isEqualTo(1);
            assertThat(second.uuid()).isEqualTo(first.uuid());

            Table changed = other.loadTable(name);
            changed.newAppend().appendFile(file(changed, "one")).commit();
            assertThat(watched.catalog().loadTable(name).snapshots()).hasSize(1);
            assertThat(watched.unchanged()).isEqualTo(1);
            assertThat(watched.catalog().loadTable(name).snapshots()).hasSize(1);
            assertThat(watched.unchanged()).isEqualTo(2);
        }
    }

    @Test
    void everyChangeHasAKeyOfItsOwn(FirnServer server) throws Exception {
        TableIdentifier name = TableIdentifier.of(Names.fresh("java"), "t");
        try (WatchedClient watched = new WatchedClient(server)) {
            RESTCatalog catalog = watched.catalog();
            catalog.createNamespace(name.namespace());
            Table table = catalog.createTable(name, SCHEMA);
            table.newAppend().appendFile(file(table, "one")).commit();
            catalog.renameTable(name, TableIdentifier.of(name.namespace(), "u"));
            catalog.dropTable(TableIdentifier.of(name.namespace(), "u"));
            catalog.dropNamespace(name.namespace());
            assertThat(new TreeSet<>(watched.idempotencyKeys())).hasSize(6);
        }
    }

    @Test
    void appendsThatMeetAllSucceed(FirnServer server) throws Exception {
        TableIdentifier name = TableIdentifier.of(Names.fresh("java"), "t");
        try (RESTCatalog catalog = JavaClient.connect(server)) {
            catalog.createNamespace(Namespace.of(name.namespace().level(0)));
            catalog.buildTable(name, SCHEMA)
                    .withProperty(TableProperties.COMMIT_NUM_RETRIES, "100")
                    .withProperty(TableProperties.COMMIT_MIN_RETRY_WAIT_MS, "1")
                    .withProperty(TableProperties.COMMIT_MAX_RETRY_WAIT_MS, "20")
                    .create();
            List<Callable<Void>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                clients.add(() -> append(server, name, number));
            }
            Together.run(clients);

            Table table = catalog.loadTable(name);
            Set<Long> sequence = new TreeSet<>();
            for (Snapshot snapshot : table.snapshots()) {
                sequence.add(snapshot.sequenceNumber());
            }
            assertThat(sequence).hasSize(CLIENTS * APPENDS);
            assertThat(table.currentSnapshot().summary())
                    .containsEntry("total-data-files", String.valueOf(CLIENTS * APPENDS));
        }
    }

    private static Void append(FirnServer server, TableIdentifier name, int client) throws Exception {
        try (RESTCatalog catalog = JavaClient.connect(server)) {
            Table table = catalog.loadTable(name);
            for (int i = 0; i < APPENDS; i++) {
                table.newAppend().appendFile(file(table, client + "-" + i)).commit();
            }
        }
        return null;
    }
}
