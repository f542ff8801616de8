package dev.firn.conformance.port.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.NoAnswerException;
import dev.firn.conformance.port.Together;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The change feed with many who follow it, some of them slow, some gone, and across kills. */
class ManySubscribersIT {
    private static final String CHANGES = "/api/v1/catalogs/main/changes";

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private FirnServer server;
    private CatalogClient client;

    @BeforeEach
    void start() {
        server = FirnServer.start(folder.resolve("data"));
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<LineSubscriber> subscribers(int count, String query, long after) throws Exception {
        List<LineSubscriber> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(LineSubscriber.connect(http, server.uri(), query, after));
        }
        for (LineSubscriber one : all) {
            one.begun().get(60, TimeUnit.SECONDS);
        }
        return all;
    }

    private void write(int writers, int each, String property) throws Exception {
        List<Callable<Void>> work = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            String table = "t" + w;
            work.add(() -> {
                for (int i = 0; i < each; i++) {
                    client.commit("n", table, Changes.set(property, String.valueOf(i)))
                            .expect(200);
                }
                return null;
            });
        }
        Together.run(work);
    }

    private void createTables(int count) {
        client.createNamespace("n").expect(200);
        for (int i = 0; i < count; i++) {
            client.createTable("n", "t" + i).expect(200);
        }
    }

    private List<JsonNode> ledger(String query) {
        List<JsonNode> rows = new ArrayList<>();
        long next = 0;
        while (true) {
            JsonNode page = client.http()
                    .get(CHANGES + "?limit=100&after=" + next + query)
                    .expect(200)
                    .json();
            page.get("changes").forEach(rows::add);
            if (page.get("next").asLong() == next) {
                return rows;
            }
            next = page.get("next").asLong();
        }
    }

    private static List<Long> numbers(List<JsonNode> rows) {
        return rows.stream().map(row -> row.get("change").asLong()).toList();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void hundredsSeeEachChangeOnceInOrder() throws Exception {
        createTables(4);
        // More than the request threads that the server has.
        List<LineSubscriber> live = subscribers(250, "", 5);
        write(4, 50, "a");
        List<LineSubscriber> late = subscribers(50, "", 0);
        write(4, 50, "b");

        List<Long> all = numbers(ledger(""));
        assertThat(all).hasSize(405);
        await(() -> late.stream().allMatch(one -> one.numbers().size() >= all.size()));
        assertThat(late).allSatisfy(one -> assertThat(one.numbers()).isEqualTo(all));
        await(() -> live.stream().allMatch(one -> one.numbers().size() >= all.size() - 5));
        assertThat(live).allSatisfy(one -> assertThat(one.numbers()).isEqualTo(all.subList(5, all.size())));
    }

    /** Its socket is full after some thousand events; what it has not taken is read from the ledger when it can take more. */
    @Test
    void aSlowSubscriberHoldsUpNobodyAndMissesNothing() throws Exception {
        createTables(2);
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4_096);
            slow.connect(new java.net.InetSocketAddress("127.0.0.1", server.port()));
            slow.getOutputStream()
                    .write(("GET " + CHANGES + "?after=0 HTTP/1.0\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            LineSubscriber quick = subscribers(1, "", 0).get(0);
            String wide = "x".repeat(100);
            List<JsonNode> both = List.of(Changes.set("n", "t0", "a", wide), Changes.set("n", "t1", "a", wide));
            for (int i = 0; i < 600; i++) {
                client.transact(both).expect(204);
            }
            int all = 3 + 2 * 600;
            await(() -> quick.numbers().size() == all);
            assertThat(seen(slow.getInputStream(), all)).isEqualTo(quick.numbers());
        }
    }

    /** An answer to HTTP/1.0 comes in one piece, without chunks in between. */
    private static List<Long> seen(InputStream stream, int count) throws Exception {
        var reader = new java.io.BufferedReader(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8));
        List<Long> numbers = new ArrayList<>();
        while (numbers.size() < count) {
            String line = reader.readLine();
            // whole.
            if (line.startsWith("id: ")) {
                numbers.add(Long.parseLong(line.substring(4)));
            }
        }
        return numbers;
    }

    @Test
    void resumedAcrossKillsEachChangeIsSeenOnce() throws Exception {
        createTables(2);
        List<Long> seen = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
            LineSubscriber subscriber = subscribers(1, "", after).get(0);
            FirnServer running = server;
            String property = "r" + round;
            Together.run(List.of(
                    () -> {
                        try {
                            write(2, Integer.MAX_VALUE, property);
                        } catch (java.util.concurrent.ExecutionException e) {
                            assertThat(e).hasCauseInstanceOf(NoAnswerException.class);
                        }
                        return null;
                    },
                    () -> {
                        await(() -> subscriber.numbers().size() > 50);
                        running.process().kill();
                        return null;
                    }));
            subscriber.ended().get(30, TimeUnit.SECONDS);
            seen.addAll(subscriber.numbers());
            server = FirnServer.start(folder.resolve("data"));
            client = server.client();
        }
        List<Long> all = numbers(ledger(""));
        LineSubscriber last = subscribers(1, "", seen.get(seen.size() - 1)).get(0);
        await(() -> seen.size() + last.numbers().size() >= all.size());
        seen.addAll(last.numbers());
        assertThat(seen).isEqualTo(all);
    }

    @Test
    void filtersAndTheEndsOfTransactions() throws Exception {
        createTables(2);
        client.createNamespace("other", "below").expect(200);
        LineSubscriber commits = subscribers(1, "?operations=commit-table", 0).get(0);
        LineSubscriber others = subscribers(1, "?namespace=other", 0).get(0);
        client.transact(List.of(Changes.set("n", "t0", "a", "b"), Changes.set("n", "t1", "a", "b")))
                .expect(204);
        client.http()
                .post(client.root() + "/tables/rename", CatalogClient.rename("n", "t0", "other", "t"))
                .expect(204);

        assertThat(numbers(ledger("&operations=commit-table"))).containsExactly(6L, 7L);
        assertThat(numbers(ledger("&namespace=other"))).containsExactly(4L, 5L, 8L);
        assertThat(numbers(ledger("&namespace=other%1Fbelow&operations=create-namespace,drop-table")))
                .containsExactly(5L);
        await(() -> commits.numbers().equals(List.of(6L, 7L)));
        await(() -> others.numbers().equals(List.of(4L, 5L, 8L)));
        assertThat(ledger("").stream().map(row -> row.get("transaction-end").asBoolean()))
                .containsExactly(true, true, true, false, true, false, true, true);
        client.http().get(CHANGES + "?operations=commit-tabel").expect(400);
    }
}
