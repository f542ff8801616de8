package dev.firn.conformance.port.lifecycle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.NoAnswerException;
import dev.firn.conformance.port.Together;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server ends when it is told to, and what it held is there at the next start. */
class EndIT {
    private static final int CLIENTS = 8;

    @TempDir
    private Path folder;

    @Test
    void terminated() {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            client.createTable("n", "t").expect(200);
            client.createView("n", "v").expect(200);

            assertThat(server.process().terminate()).isIn(0, 143);
            assertThat(server.process().log()).doesNotContain("\tat ", "Exception");
        }
        try (FirnServer server = FirnServer.start(data)) {
            CatalogClient client = server.client();
            client.loadTable("n", "t").expect(200);
            client.http().get(client.view("n", "v")).expect(200);
        }
    }

    @Test
    void killedLeavesNothingBesideItsData() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Map<String, String> there = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        try (FirnServer server = FirnServer.start(folder.resolve("data"), there)) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);

            server.process().kill();
        }

        assertThat(temporary).isEmptyDirectory();
    }

    /** Whoever is told nothing has changed nothing: those under way are answered before the server goes. */
    @Test
    void terminatedUnderLoad() throws Exception {
        Path data = folder.resolve("data");
        List<Callable<Integer>> work = new ArrayList<>();
        List<Integer> acknowledged;
        try (FirnServer server = FirnServer.start(data)) {
            server.client().createNamespace("n").expect(200);
            for (int i = 0; i < CLIENTS; i++) {
                String table = "t" + i;
                server.client().createTable("n", table).expect(200);
                work.add(() -> commitUntilTheEnd(server.client(), table));
            }
            work.add(() -> {
                LockSupport.parkNanos(1_000_000_000);
                return server.process().terminate();
            });
            acknowledged = Together.run(work);
            assertThat(acknowledged.get(CLIENTS)).isIn(0, 143);
            assertThat(server.process().log()).doesNotContain("\tat ", "Exception");
        }
        try (FirnServer server = FirnServer.start(data)) {
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(server.client()
                                .loadTable("n", "t" + i)
                                .expect(200)
                                .json()
                                .at("/metadata/properties/count")
                                .asInt())
                        .as("table %s", i)
                        .isPositive()
                        .isEqualTo(acknowledged.get(i));
            }
        }
    }

    /** Who never sends the rest does not keep the server from ending. */
    @Test
    void terminatedWhileABodyIsAwaited() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"));
                Socket client = new Socket("127.0.0.1", server.port())) {
            client.getOutputStream()
                    .write("POST /v1/main/namespaces HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
                            .getBytes(US_ASCII));
            server.client().createNamespace("n").expect(200);

            assertThat(server.process().terminate()).isIn(0, 143);
            assertThat(server.process().log()).doesNotContain("\tat ", "Exception");
        }
    }

    /** One who comes too late for the stop to end his stream. */
    @Test
    void whoWantsToFollowMeanwhileIsToldWhyNot() throws Exception {
        try (FirnServer server = FirnServer.start(folder.resolve("data"));
                Socket follower = new Socket("127.0.0.1", server.port())) {
            follower.setSoTimeout(20_000);
            // Under way, as long as its body has not come.
            follower.getOutputStream()
                    .write(("GET /api/v1/catalogs/main/changes HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n"
                                    + "Content-Length: 2\r\n\r\n{")
                            .getBytes(US_ASCII));
            CatalogClient client = server.client();
            client.createNamespace("n").expect(200);
            List<String> told = new ArrayList<>();
            Together.run(List.of(() -> server.process().terminate(), () -> {
                while (client.http().get("/v1/config").status() != 503) {
                    LockSupport.parkNanos(10_000_000);
                }
                follower.getOutputStream().write('}');
                told.add(new String(follower.getInputStream().readAllBytes(), US_ASCII));
                return 0;
            }));
            assertThat(told).singleElement().asString().contains(" 503 ", "The server is stopping");
            assertThat(server.process().log()).doesNotContain("\tat ", "Exception");
        }
    }

    private static int commitUntilTheEnd(CatalogClient client, String table) {
        for (int next = 1; ; next++) {
            try {
                Answer answer = client.commit("n", table, Changes.set("count", String.valueOf(next)));
                if (answer.status() == 503) {
                    return next - 1;
                }
                answer.expect(200);
            } catch (NoAnswerException e) {
                return next - 1;
            }
        }
    }

    @Test
    void killedWithoutLoad() {
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            server.client().createNamespace("n").expect(200);
            try (FirnServer again = server.killAndRestart()) {
                again.client().http().head(again.client().namespace("n")).expect(204);
            }
        }
    }
}
