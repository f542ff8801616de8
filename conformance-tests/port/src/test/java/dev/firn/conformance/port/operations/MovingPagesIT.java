package dev.firn.conformance.port.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.port.OwnNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listings in pages while names come and go: what stays is listed once. */
class MovingPagesIT extends OwnNamespace {
    private static final List<String> STAYING =
            IntStream.range(0, 12).mapToObj("s%02d"::formatted).toList();

    /** What can be listed. */
    enum Listed {
        TABLES,
        VIEWS,
        NAMESPACES
    }

    private void make(Listed kind, String name) {
        switch (kind) {
            case TABLES -> client.createTable(namespace, name).expect(200);
            case VIEWS -> client.createView(namespace, name).expect(200);
            case NAMESPACES -> client.createNamespace(namespace, name).expect(200);
        }
    }

    private void drop(Listed kind, String name) {
        String path = switch (kind) {
            case TABLES -> client.table(namespace, name);
            case VIEWS -> client.view(namespace, name);
            case NAMESPACES -> client.namespace(namespace, name);
        };
        http.delete(path).expect(204);
    }

    private JsonNode page(Listed kind, String query) {
        String path = switch (kind) {
            case TABLES -> client.namespace(namespace) + "/tables?" + query;
            case VIEWS -> client.namespace(namespace) + "/views?" + query;
            case NAMESPACES -> client.root() + "/namespaces?parent=" + client.joined(namespace) + "&" + query;
        };
        return http.get(path).expect(200).json();
    }

    private static List<String> names(Listed kind, JsonNode page) {
        List<String> names = new ArrayList<>();
        if (kind == Listed.NAMESPACES) {
            page.get("namespaces")
                    .forEach(found -> names.add(found.get(found.size() - 1).asText()));
        } else {
            page.get("identifiers").forEach(found -> names.add(found.get("name").asText()));
        }
        return names;
    }

    /** All pages; {@code between} runs after each but the last. */
    private List<String> pages(Listed kind, int size, Runnable between) {
        List<String> all = new ArrayList<>();
        String token = "";
        while (true) {
            JsonNode page = page(kind, "pageSize=" + size + "&pageToken=" + CatalogClient.encode(token));
            List<String> names = names(kind, page);
            assertThat(names).hasSizeLessThanOrEqualTo(size).isSorted();
            all.addAll(names);
            JsonNode next = page.path("next-page-token");
            if (!next.isTextual()) {
                return all;
            }
            token = next.asText();
            between.run();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatStaysIsListedOnce(Listed kind) {
        STAYING.forEach(name -> make(kind, name));
        // One of them is the last name of a page, whose token names it.
        List<String> gone = List.of("s01a", "s03a", "s05a", "s07a", "s10a");
        gone.forEach(name -> make(kind, name));
        AtomicInteger turn = new AtomicInteger();
        List<String> listed = pages(kind, 3, () -> {
            int now = turn.getAndIncrement();
            if (now < gone.size()) {
                drop(kind, gone.get(now));
            }
            // In front of, among and behind what is still to come
            make(kind, "a" + now);
            make(kind, "s" + now + "z");
            make(kind, "z" + (10 - now));
        });
        assertThat(turn).hasValueGreaterThan(3);
        assertThat(listed).doesNotHaveDuplicates().containsAll(STAYING);
    }

    @ParameterizedTest
    @EnumSource
    void whatStaysIsListedOnceWhileOthersAreBusy(Listed kind) throws Exception {
        STAYING.forEach(name -> make(kind, name));
        List<String> passing = List.of("a", "s02a", "s06a", "s11a", "z");
        Thread busy = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                passing.forEach(name -> make(kind, name));
                passing.forEach(name -> drop(kind, name));
            }
        });
        AtomicInteger failures = new AtomicInteger();
        busy.setUncaughtExceptionHandler((thread, failure) -> failures.incrementAndGet());
        busy.start();
        try {
            for (int round = 0; round < 10; round++) {
                List<String> listed = pages(kind, 2, () -> {});
                assertThat(listed).doesNotHaveDuplicates().containsAll(STAYING);
                assertThat(listed).allMatch(name -> STAYING.contains(name) || passing.contains(name));
            }
            assertThat(busy.isAlive()).isTrue();
        } finally {
            busy.interrupt();
            busy.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutParametersAllAtOnce(Listed kind) {
        STAYING.forEach(name -> make(kind, name));
        for (String query : List.of("", "pageToken=", "pageSize=10000", "pageSize=2147483647")) {
            JsonNode page = page(kind, query);
            assertThat(names(kind, page)).as(query).containsExactlyElementsOf(STAYING);
            assertThat(page.path("next-page-token").isTextual()).as(query).isFalse();
        }
        // The last page is full, and known to be the last.
        JsonNode exact = page(kind, "pageSize=" + STAYING.size());
        assertThat(names(kind, exact)).hasSize(STAYING.size());
        assertThat(exact.path("next-page-token").isTextual()).isFalse();
    }

    @Test
    void tokenOfAPageThatIsGone() {
        STAYING.forEach(name -> make(Listed.TABLES, name));
        String token = page(Listed.TABLES, "pageSize=4").get("next-page-token").asText();
        STAYING.subList(0, 6).forEach(name -> drop(Listed.TABLES, name));
        JsonNode page = page(Listed.TABLES, "pageSize=4&pageToken=" + CatalogClient.encode(token));
        assertThat(names(Listed.TABLES, page)).containsExactlyElementsOf(STAYING.subList(6, 10));
        // A token alone asks for the rest.
        assertThat(names(Listed.TABLES, page(Listed.TABLES, "pageToken=" + CatalogClient.encode(token))))
                .containsExactlyElementsOf(STAYING.subList(6, 12));
    }
}
