package dev.firn.conformance.port.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Http;
import dev.firn.conformance.harness.Ports;
import dev.firn.conformance.harness.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code firn webhook}, and the receiver that docs/webhooks.md shows. */
class WebhookCommandsIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    private Path folder;

    private FirnCommand webhook(String... arguments) {
        Stream<String> all = Stream.of(
                        Stream.of(
                                "webhook",
                                arguments[0],
                                "--data",
                                folder.resolve("data").toString()),
                        Arrays.stream(arguments).skip(1))
                .flatMap(part -> part);
        return FirnCommand.run(folder, all.toArray(String[]::new));
    }

    @Test
    void addedListedTestedAndRemoved() throws Exception {
        Path data = folder.resolve("data");
        try (FirnServer server = FirnServer.start(data);
                Receiver receiver = Receiver.start()) {
            String added = webhook(
                            "add", receiver.url(), "--operations", "create-table,drop-table", "--namespace", "a.b")
                    .expectDone()
                    .out();
            assertThat(added).contains("webhook 1 tells " + receiver.url()).containsPattern("secret  whsec_\\S{44}\n");
            for (String file : List.of("firn.db", "firn.db-wal", "firn.db-shm")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
                        .isEqualTo("rw-------");
            }
            assertThat(webhook("list").expectDone().out())
                    .contains(receiver.url(), "only create-table,drop-table", "only in a.b", "0 behind")
                    .doesNotContain("whsec_");
            assertThat(webhook("test", "1").expectDone().out()).isEqualTo("answered 204\n");
            assertThat(receiver.delivered().get(0).event().get("type").asText()).isEqualTo("dev.firn.test");
            assertThat(webhook("enable", "1").expectDone().out())
                    .isEqualTo("webhook 1 tells " + receiver.url() + ", behind change 0\n");
            assertThat(webhook("enable", "2").expectFailure()).contains("2");
            receiver.answerStatus(500);
            assertThat(webhook("test", "1").expectFailure()).contains("answered 500");
            assertThat(server.process().stderr()).doesNotContain("whsec_");
        }
        // Without a server the command does it itself, and tells nobody of changes meanwhile.
        assertThat(webhook("list").expectDone().out()).contains("0 behind");
        webhook("remove", "1").expectDone();
        assertThat(webhook("list").expectDone().out()).isEmpty();
        assertThat(webhook("remove", "1").expectFailure()).contains("1");
        assertThat(webhook("add", "http://127.0.0.1:1/", "--secret", "x").expectFailure())
                .contains("whsec_");
    }

    @Test
    void aNamespaceThatNoneCanBeIsRefused() {
        for (String namespace : List.of("", "a..b", ".")) {
            FirnCommand refused = webhook("add", "http://127.0.0.1:1/", "--namespace", namespace);
            assertThat(refused.exitCode()).as("%s", refused).isEqualTo(2);
            assertThat(refused.err())
                    .startsWith("Invalid value for option '--namespace'")
                    .contains("'" + namespace + "'");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void withTokensOnlyWhoIsKnownSeesThem() {
        try (FirnServer server =
                FirnServer.start(folder.resolve("data"), Map.of("FIRN_CREDENTIAL", "alice:her-secret"))) {
            Http nobody = new Http(server.uri());
            nobody.get(WebhookClient.PATH).expect(401);
            nobody.post(WebhookClient.PATH, "{\"url\":\"http://127.0.0.1:1/\"}").expect(401);
            webhook("add", "http://127.0.0.1:1/").expectDone();
            assertThat(webhook("list").expectDone().out()).contains("http://127.0.0.1:1/");
        }
    }

    @Test
    void theReceiverOfTheDocumentationKnowsWhoSent() throws Exception {
        Path program = folder.resolve("receiver.py");
        String page = Files.readString(Path.of(System.getProperty("firn.docs", "../../docs"), "webhooks.md"));
        Matcher block = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).isTrue();
        Files.writeString(program, block.group(1));
        int port = Ports.free();
        String url = "http://127.0.0.1:" + port + "/";
        try (ServerProcess receiver = ServerProcess.start(
                        List.of("python3", program.toString()),
                        Map.of("FIRN_WEBHOOK_SECRET", SECRET, "PORT", String.valueOf(port)),
                        folder.resolve("receiver"));
                FirnServer server = FirnServer.start(folder.resolve("data"))) {
            CatalogClient client = server.client();
            WebhookClient webhooks = new WebhookClient(client);
            webhooks.add(Map.of("url", url, "secret", SECRET));
            var forger = webhooks.add(Map.of("url", url));
            client.createNamespace("lake").expect(200);
            client.createTable("lake", "birds").expect(200);
            awaitOutput(receiver, "main@change:2 dev.firn.create-table lake.birds\n");
            assertThat(receiver.stdout()).startsWith("main@change:1 dev.firn.create-namespace lake\n");
            webhooks.await(
                    forger, status -> status.path("last-failure").asText().equals("answered 401"));
            assertThat(receiver.stdout().lines()).hasSize(2);
        }
    }

    private static void awaitOutput(ServerProcess process, String text) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!process.stdout().contains(text)) {
            assertThat(System.nanoTime()).as(process.log()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
