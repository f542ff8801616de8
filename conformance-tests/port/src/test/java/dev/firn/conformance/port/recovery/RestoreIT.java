package dev.firn.conformance.port.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.crash.KeptFiles;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup becomes the state again, on a server that is at work and on a folder without one. */
class RestoreIT {
    private static final int TABLES = 4;

    @TempDir
    private Path folder;

    private FirnCommand firn(String... arguments) {
        return FirnCommand.run(folder, arguments);
    }

    private static int count(CatalogClient client, int table) {
        return client.loadTable("n", "t" + table)
                .expect(200)
                .json()
                .at("/metadata/properties/count")
                .asInt();
    }

    private static List<JsonNode> changes(CatalogClient client) {
        List<JsonNode> changes = new ArrayList<>();
        for (long after = 0; ; ) {
            JsonNode page = client.http()
                    .get("/api/v1/catalogs/main/changes?limit=1000&after=" + after)
                    .expect(200)
                    .json();
            if (page.get("changes").isEmpty()) {
                return changes;
            }
            page.get("changes").forEach(changes::add);
            after = page.get("next").asLong();
        }
    }

    @Test
    void whileClientsCommit() throws Exception {
        String data = folder.resolve("data").toString();
        String file = folder.resolve("state.backup").toString();
        List<AtomicInteger> acknowledged = new ArrayList<>();
        List<Integer> before = new ArrayList<>();
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            for (int i = 0; i < TABLES; i++) {
                client.createTable("n", "t" + i).expect(200);
                acknowledged.add(new AtomicInteger());
            }
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(TABLES);
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < TABLES; i++) {
                String table = "t" + i;
                AtomicInteger counter = acknowledged.get(i);
                work.add(threads.submit(() -> {
                    CatalogClient own = server.client();
                    while (!done.get()) {
                        int next = counter.get() + 1;
                        own.commit("n", table, Changes.set("count", String.valueOf(next)))
                                .expect(200);
                        counter.set(next);
                    }
                }));
            }
            while (acknowledged.stream().anyMatch(counter -> counter.get() < 10)) {
                assertThat(work).noneMatch(Future::isDone);
                LockSupport.parkNanos(1_000_000);
            }
            acknowledged.forEach(counter -> before.add(counter.get()));
            firn("backup", file, "--data", data).expectDone();
            client.createTable("n", "late").expect(200);
            firn("restore", file, "--data", data).expectDone();
            done.set(true);
            for (Future<?> one : work) {
                one.get();
            }
            threads.shutdown();

            // Commits went on after the restore, and each found the table as the restore had left it.
            client.loadTable("n", "late").expect(404);
            List<JsonNode> ledger = changes(client);
            assertThat(ledger)
                    .filteredOn(change -> change.get("operation").asText().equals("restore-catalog"))
                    .hasSize(1);
            long restored = ledger.stream()
                    .filter(change -> change.get("operation").asText().equals("restore-catalog"))
                    .findFirst()
                    .orElseThrow()
                    .get("change")
                    .asLong();
            assertThat(ledger)
                    .extracting(change -> change.get("change").asLong())
                    .isSorted()
                    .doesNotHaveDuplicates();

            // And in quiet: exactly the backup.
            client.commit("n", "t0", Changes.set("undone", "soon")).expect(200);
            long last = ledger.get(ledger.size() - 1).get("change").asLong() + 1;
            FirnCommand again = firn("restore", file, "--data", data).expectDone();
            assertThat(firn("doctor", "--data", data).expectDone().out())
                    .as("a restore leaves a gap in the ledger, which is no damage")
                    .contains("gapless");
            assertThat(again.out()).contains("change " + (last + 1), "before-restore");
            for (int i = 0; i < TABLES; i++) {
                assertThat(count(client, i))
                        .isGreaterThanOrEqualTo(before.get(i))
                        .isLessThanOrEqualTo(acknowledged.get(i).get());
            }
            assertThat(client.loadTable("n", "t0")
                            .json()
                            .at("/metadata/properties")
                            .has("undone"))
                    .isFalse();
            // A number that was given before means nothing any more, and never anything else.
            client.http().get("/v1/main%40change:" + restored + "/namespaces").expect(404);
            client.commit("n", "t0", Changes.set("on", "it goes")).expect(200);
            server.process().kill();
        }
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            for (int i = 0; i < TABLES; i++) {
                assertThat(count(server.client(), i)).isGreaterThanOrEqualTo(before.get(i));
            }
            assertThat(server.client()
                            .loadTable("n", "t0")
                            .json()
                            .at("/metadata/properties/on")
                            .asText())
                    .isEqualTo("it goes");
        }
    }

    @Test
    void whatWasBeforeComesBackTooAndAnEmptyFolderIsFilled() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("state.backup");
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "early").expect(200);
            firn("backup", file.toString(), "--data", data.toString()).expectDone();
            server.client().createTable("n", "late").expect(200);
        }
        String restored = firn("restore", file.toString(), "--data", data.toString())
                .expectDone()
                .out()
                .strip();
        String before = restored.substring(restored.lastIndexOf(' ') + 1);
        try (FirnServer server = FirnServer.start(data)) {
            server.client().loadTable("n", "early").expect(200);
            server.client().loadTable("n", "late").expect(404);
            String tables = server.client().namespace("n") + "/tables";
            assertThat(CatalogClient.names(server.client().http().get(tables))).containsExactly("early");
            firn("restore", before, "--uri", server.uri().toString()).expectDone();
            server.client().loadTable("n", "late").expect(200);
            assertThat(CatalogClient.names(server.client().http().get(tables))).containsExactly("early", "late");
        }
        Path empty = folder.resolve("empty");
        String warehouse = data.resolve("warehouse").toString();
        assertThat(firn("restore", file.toString(), "--data", empty.toString(), "--warehouse", warehouse)
                        .expectDone()
                        .out())
                .doesNotContain("before");
        assertThat(firn("dropped", "--data", empty.toString(), "--warehouse", warehouse)
                        .expectDone()
                        .out())
                .isEmpty();
    }

    @Test
    void whatIsNoBackupChangesNothing() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("state.backup");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "gone").expect(200);
            firn("backup", file.toString(), "--data", data.toString()).expectDone();
            byte[] content = Files.readAllBytes(file);
            long changes = changes(client).size();

            byte[] torn = content.clone();
            Arrays.fill(torn, 4096, 2 * 4096, (byte) 7);
            refused(data, torn, "damaged");
            refused(data, Arrays.copyOf(content, content.length / 2), "damaged");
            refused(data, Arrays.copyOf(content, content.length - 1), "cut off");
            refused(data, "no database at all".getBytes(java.nio.charset.StandardCharsets.UTF_8), "no SQLite");
            refused(data, new byte[0], "no SQLite");
            // As one without a sum, which this would change.
            byte[] newer = Arrays.copyOf(content, ByteBuffer.wrap(content).getInt(28) * 4096);
            newer[62] = 99;
            refused(data, newer, "newer version");

            // A pointer whose file is neither there nor in the backup; the small files of tables are in it for a while.
            String large = "x".repeat(200_000);
            String location = client.commit("n", "gone", Changes.set("large", large))
                    .expect(200)
                    .json()
                    .get("metadata-location")
                    .asText();
            firn("backup", file.toString(), "--force", "--data", data.toString())
                    .expectDone();
            Path metadata = Path.of(URI.create(location));
            Path aside = metadata.resolveSibling("aside");
            Files.move(metadata, aside);
            refused(data, Files.readAllBytes(file), metadata.getFileName().toString());
            Files.move(aside, metadata);
            assertThat(changes(client)).hasSize((int) changes + 1);
            client.loadTable("n", "gone").expect(200);
            firn("restore", file.toString(), "--data", data.toString()).expectDone();
        }
        assertThat(firn("restore", folder.resolve("none").toString(), "--data", data.toString())
                        .expectFailure())
                .contains("none");
    }

    /** The backup has of a metadata file only how it differs from the one before. If both have been deleted since, it cannot be made again. */
    @Test
    void aFileThatIsKeptAsADifferenceFromAnotherNeedsThatOne() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("state.backup");
        Path base;
        Path last;
        try (FirnServer server = FirnServer.start(data, Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=1000"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            do {
                KeptFiles.awaitNone(data);
                base = metadataFile(client.loadTable("n", "t"));
                last = metadataFile(client.commit("n", "t", Changes.set("at", String.valueOf(System.nanoTime()))));
                backUp(client, file);
                // Else it was synced before the backup was made.
            } while (KeptFiles.bases(file).isEmpty());
        }
        assertThat(KeptFiles.bases(file))
                .singleElement()
                .asString()
                .endsWith(base.getFileName().toString());
        byte[] content = Files.readAllBytes(last);
        Path aside = base.resolveSibling("aside");
        Files.delete(last);
        Files.move(base, aside);
        refused(data, Files.readAllBytes(file), last.getFileName().toString());
        Files.move(aside, base);
        firn("restore", file.toString(), "--data", data.toString()).expectDone();
        assertThat(last).hasBinaryContent(content);
    }

    /** It is of no table that is there, so it is no reason to refuse the backup, nor one to miss it for ever. */
    @Test
    void aPastFileWhoseBaseHasGoneIsForgotten() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("state.backup");
        try (FirnServer server = FirnServer.start(data, Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=1000"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            Path base;
            Path past;
            do {
                KeptFiles.awaitNone(data);
                base = metadataFile(client.loadTable("n", "t"));
                past = metadataFile(client.commit("n", "t", Changes.set("at", String.valueOf(System.nanoTime()))));
                // Too large to be kept, so it is safe already.
                client.commit("n", "t", Changes.set("large", System.nanoTime() + "x".repeat(200_000)))
                        .expect(200);
                backUp(client, file);
            } while (KeptFiles.bases(file).isEmpty());
            KeptFiles.awaitNone(data);
            Files.delete(base);
            Files.delete(past);

            firn("restore", file.toString(), "--data", data.toString()).expectDone();

            client.commit("n", "t", Changes.set("on", "it goes")).expect(200);
            KeptFiles.awaitNone(data);
        }
    }

    /** The server had noted what it was about to write there. */
    @Test
    void aFolderThatCannotBeIsNoHindrance() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("state.backup");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            String impossible = "file://" + data.resolve("warehouse").resolve("x".repeat(300));
            client.commit("n", "t", Changes.set("write.metadata.path", impossible))
                    .expect(400);
            backUp(client, file);

            firn("restore", file.toString(), "--data", data.toString()).expectDone();

            client.commit("n", "t", Changes.set("on", "it goes")).expect(200);
        }
    }

    /** As history may have ended for it, after it came back. */
    @Test
    void whatCannotBeBroughtBackIsTold() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("state.backup");
        try (FirnServer server = FirnServer.start(data, Map.of("JAVA_TOOL_OPTIONS", "-Dfirn.sync-after-millis=500"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "there").expect(200);
            Path metadata = metadataFile(client.createTable("n", "gone"));
            client.http().delete(client.table("n", "there")).expect(204);
            client.http().delete(client.table("n", "gone")).expect(204);
            KeptFiles.awaitNone(data);
            backUp(client, file);
            Files.delete(metadata);

            String told = firn("restore", file.toString(), "--data", data.toString())
                    .expectDone()
                    .out();

            assertThat(told)
                    .contains("n.gone was dropped then and cannot be brought back")
                    .doesNotContain("n.there");
        }
    }

    @Test
    void compressed() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "early").expect(200);
            byte[] plain =
                    client.http().get("/api/v1/backup").expect(200).response().body();
            byte[] gzip = gzip(plain);
            client.createTable("n", "late").expect(200);
            int changes = changes(client).size();

            assertThat(restore(client, plain, "br").expect(400).text()).contains("only gzip and identity are: br");
            assertThat(restore(client, plain, "gzip").expect(400).text()).contains("not gzip");
            assertThat(restore(client, gzip, "identity").expect(400).text()).contains("no SQLite");
            assertThat(restore(client, Arrays.copyOf(gzip, 5), "gzip")
                            .expect(400)
                            .text())
                    .contains("ends too early");
            assertThat(restore(client, Arrays.copyOf(gzip, gzip.length / 2), "gzip")
                            .expect(400)
                            .text())
                    .contains("did not come whole");
            byte[] torn = gzip.clone();
            torn[gzip.length - 8] ^= 1;
            assertThat(restore(client, torn, "gzip").expect(400).text()).contains("did not come whole");
            assertThat(changes(client)).hasSize(changes);

            for (String coding : List.of("gzip", "X-GZIP")) {
                restore(client, gzip, coding).expect(200);
                client.loadTable("n", "early").expect(200);
                client.loadTable("n", "late").expect(404);
                client.createTable("n", "late").expect(200);
            }
            restore(client, plain, "identity").expect(200);
            client.loadTable("n", "late").expect(404);
        }
    }

    private static Answer restore(CatalogClient client, byte[] body, String coding) {
        return client.http()
                .send(
                        "POST",
                        "/api/v1/restore",
                        body,
                        "Content-Type",
                        "application/vnd.sqlite3",
                        "Content-Encoding",
                        coding);
    }

    private static byte[] gzip(byte[] plain) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(plain);
        }
        return bytes.toByteArray();
    }

    private static void backUp(CatalogClient client, Path file) throws Exception {
        Files.write(
                file, client.http().get("/api/v1/backup").expect(200).response().body());
    }

    private static Path metadataFile(Answer table) {
        return Path.of(
                URI.create(table.expect(200).json().get("metadata-location").asText()));
    }

    private void refused(Path data, byte[] content, String reason) throws Exception {
        Path bad = Files.write(folder.resolve("bad"), content);
        assertThat(firn("restore", bad.toString(), "--data", data.toString()).expectFailure())
                .contains(reason);
    }
}
