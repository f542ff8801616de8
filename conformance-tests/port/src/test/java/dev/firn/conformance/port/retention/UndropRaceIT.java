package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table whose files are about to be deleted is brought back at that very moment: either it is there with all its files, or it is not and they go. */
class UndropRaceIT {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
    private static final int ROUNDS = 2 * Integer.getInteger("firn.rounds", 4);

    @TempDir
    private Path folder;

    @Test
    void onlyOneWins() throws Exception {
        Random random = new Random();
        int back = 0;
        try (FirnServer server = FirnServer.start(folder.resolve("data"), Map.of("FIRN_PURGE_AFTER", "0"));
                RESTCatalog catalog = JavaClient.connect(server)) {
            catalog.createNamespace(Namespace.of("n"));
            for (int round = 0; round < ROUNDS; round++) {
                TableIdentifier name = TableIdentifier.of("n", "t" + round);
                Table table = catalog.buildTable(name, SCHEMA).create();
                TestTable.append(table);
                TestTable.append(table);
                Path root = TestTable.path(table.location());
                List<Path> files = TestTable.files(root);
                catalog.dropTable(name, true);
                LockSupport.parkNanos(random.nextInt(250_000_000));
                Answer undrop = server.client()
                        .http()
                        .post("/api/v1/catalogs/main/undrop", Json.of("{'namespace':['n'],'name':'t%d'}", round));
                if (undrop.status() == 200) {
                    back++;
                    awaitAPurge(catalog, round);
                    assertThat(TestTable.files(root)).containsAll(files);
                    assertThat(TestTable.missing(catalog.loadTable(name))).isEmpty();
                } else {
                    undrop.expect(404);
                    assertThat(catalog.tableExists(name)).isFalse();
                    Eventually.become(() -> !Files.exists(root), () -> TestTable.files(root));
                }
            }
        }
        System.out.println(back + " of " + ROUNDS + " tables came back, the others were purged");
    }

    /** What was dropped later has gone: the round that would have deleted the files of an earlier one is over. */
    private static void awaitAPurge(RESTCatalog catalog, int round) {
        TableIdentifier name = TableIdentifier.of("n", "later" + round);
        Table later = catalog.buildTable(name, SCHEMA).create();
        TestTable.append(later);
        catalog.dropTable(name, true);
        Path root = TestTable.path(later.location());
        Eventually.become(() -> !Files.exists(root), () -> TestTable.files(root));
    }
}
