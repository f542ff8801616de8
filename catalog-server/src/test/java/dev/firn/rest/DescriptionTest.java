package dev.firn.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.catalog.CatalogServices;
import dev.firn.catalog.MetadataFiles;
import dev.firn.catalog.UnsettledFiles;
import dev.firn.events.WebhookLimits;
import dev.firn.events.Webhooks;
import dev.firn.scan.ScanLimits;
import dev.firn.scan.Scans;
import dev.firn.security.Authority;
import dev.firn.security.Credentials;
import dev.firn.security.SigningKey;
import dev.firn.store.CatalogStore;
import dev.firn.store.sql.SqlCatalogStore;
import dev.firn.warehouse.FileJournal;
import dev.firn.warehouse.LocalFileIO;
import dev.firn.warehouse.LocalFileStore;
import dev.firn.warehouse.Locations;
import dev.firn.warehouse.Warehouse;
import io.javalin.Javalin;
import io.javalin.http.HandlerType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptionTest {
    private static final int CACHE_BYTES = 1_000_000;

    /** Pages for people, which are no part of an API. */
    private static final Set<String> PAGES = Set.of("GET /", "GET /docs", "GET /docs/{version}/{file}");

    @Test
    void describesEveryRouteThatIsRegisteredAndNoOther(@TempDir Path folder) {
        Set<String> registered = registered(folder);
        Set<String> described = described();
        // A GET has a HEAD by HTTP itself; the specification describes the few that are operations of their own.
        registered.removeIf(route -> route.startsWith("HEAD ")
                && !described.contains(route)
                && registered.contains(route.replaceFirst("HEAD", "GET")));
        registered.removeAll(PAGES);
        assertThat(described)
                .as("what src/main/resources/dev/firn/rest/openapi describes, and the routes that are registered")
                .isEqualTo(registered);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        JsonNode document = Description.document();
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references).isNotEmpty();
        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void nothingIsDescribedThatNobodyRefersTo() {
        JsonNode document = Description.document();
        List<String> references = document.findValuesAsText("$ref");
        for (String kind : List.of("schemas", "parameters", "responses", "headers")) {
            document.at("/components/" + kind)
                    .fieldNames()
                    .forEachRemaining(name -> assertThat(references).contains("#/components/" + kind + "/" + name));
        }
    }

    private static Set<String> described() {
        Set<String> described = new TreeSet<>();
        Description.document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (!method.equals("parameters")) {
                        described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return described;
    }

    /** The routes of the server as it is wired. Each route of the specification is there with the prefix and without, and described with it. */
    private static Set<String> registered(Path folder) {
        Set<String> registered = new TreeSet<>();
        try (CatalogStore store = new SqlCatalogStore(folder.resolve("firn.db"), Clock.systemUTC());
                UnsettledFiles unsettled = new UnsettledFiles(
                        new FileJournal(folder.resolve("new-files")),
                        store.namedFiles(),
                        new LocalFileStore(locations(folder)),
                        1);
                MetadataFiles files = new MetadataFiles(store, new LocalFileStore(locations(folder)), unsettled, 1)) {
            Warehouse warehouse =
                    new Warehouse(Locations.of(folder), locations(folder), new LocalFileStore(locations(folder)));
            LocalFileIO io = new LocalFileIO(locations(folder));
            CatalogServices services = CatalogServices.over(store, warehouse, io, files, CACHE_BYTES);
            try (Scans scans =
                    new Scans(services.tables(), io, new ScanLimits(1, 1, Duration.ofMinutes(1), CACHE_BYTES))) {
                Authority authority =
                        new Authority(Credentials.of(List.of()), SigningKey.forThisProcess(), Clock.systemUTC());
                Webhooks webhooks = new Webhooks(
                        store.webhooks(),
                        services.ledger(),
                        Clock.systemUTC(),
                        new WebhookLimits(Duration.ofSeconds(1), Duration.ofSeconds(1)));
                RestApi api = new RestApi(services, scans, webhooks, authority, Duration.ofDays(7), CACHE_BYTES);
                Javalin.create(config -> {
                    config.events.handlerAdded(handler -> {
                        HandlerType type = handler.getHttpMethod();
                        if (type.isHttpMethod()) {
                            registered.add(type.name() + " " + handler.getPath());
                        }
                    });
                    api.register(config.routes);
                });
                api.close();
            }
        }
        Set<String> all = Set.copyOf(registered);
        registered.removeIf(route -> route.contains(" /v1/") && all.contains(route.replace(" /v1/", " /v1/{prefix}/")));
        return registered;
    }

    private static Locations locations(Path folder) {
        return new Locations(List.of(folder));
    }
}
