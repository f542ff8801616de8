package dev.firn.conformance.port.specification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.port.SharedServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The specification's file, the project's table and the server's description say the same. Without the file the description stands in its place: then the
 * table is compared with that alone.
 */
@ExtendWith(SharedServer.class)
class AgreementIT {
    /** Operations that clients find without being told, or that a catalog without object stores does not advertise. */
    private static final Set<String> NOT_ADVERTISED = Set.of(
            "GET /v1/config",
            "POST /v1/oauth/tokens",
            "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/sign");

    /** Schemas that the description draws otherwise, and why. */
    private static final Map<String, String> DRAWN_OTHERWISE = Map.of(
            "PositionDeleteFile", "Iceberg's writer adds referenced-data-file",
            "ReportMetricsRequest", "report-type is described in each kind of report",
            "ScanReport", "report-type is described in each kind of report",
            "CommitReport", "report-type is described in each kind of report",
            "TableRequirement", "type is described in each kind of requirement");

    private static final List<Operations.Row> ROWS = Operations.rows();

    private static Optional<Path> file;

    /** {@code ./check} shows this line. */
    @BeforeAll
    static void say() {
        file = SpecificationFile.find();
        System.out.println("specification: "
                + file.map(path -> "compared with " + path)
                        .orElse("no file; the table is compared with the server's own /openapi.json"));
    }

    private static Described description(CatalogClient client) {
        return new Described(client.http().get("/openapi.json").expect(200).json());
    }

    private static Optional<Described> specification() {
        return file.map(path -> new Described(SpecificationFile.read(path)));
    }

    @Test
    void theTableSaysWhatTheSpecificationSays(CatalogClient client) {
        Set<String> table = new TreeSet<>(Operations.statements(
                ROWS.stream().filter(Operations.Row::isSpecified).toList()));
        Set<String> specified;
        if (specification().isPresent()) {
            specified = specification().get().statements();
            // The one place where the specification leaves out what it says of all others.
            table.remove("viewExists: status 403");
        } else {
            specified = description(client).statements();
            specified.removeAll(added(client));
        }
        assertThat(table).isEqualTo(specified);
    }

    @Test
    void theServerDescribesWhatTheTableSays(CatalogClient client) {
        Set<String> table = Operations.statements(
                ROWS.stream().filter(row -> !isOfBodies(row)).toList());
        Set<String> described = description(client).statements();
        described.removeIf(statement -> statement.endsWith(": status 413"));
        assertThat(described).isEqualTo(table);
    }

    @Test
    void whatIsSentABodyMayFindItTooLarge(CatalogClient client) {
        Described description = description(client);
        List<String> without = new ArrayList<>();
        description
                .document()
                .path("paths")
                .forEach(path -> path.forEach(operation -> {
                    if (operation.has("requestBody")
                            && !operation.path("responses").has("413")) {
                        without.add(operation.path("operationId").asText());
                    }
                }));
        assertThat(without).isEmpty();
    }

    /** Every schema that both have has the same properties in both, and needs the same of them, but for those that are drawn otherwise. */
    @Test
    void schemasHaveThePropertiesOfTheSpecification(CatalogClient client) {
        Map<String, Set<String>> described = description(client).properties();
        assertThat(described.keySet()).containsAll(DRAWN_OTHERWISE.keySet());
        if (specification().isPresent()) {
            Map<String, Set<String>> specified = specification().get().properties();
            specified.keySet().retainAll(described.keySet());
            Map<String, Set<String>> shared = new TreeMap<>(described);
            shared.keySet().retainAll(specified.keySet());
            specified.keySet().removeAll(DRAWN_OTHERWISE.keySet());
            shared.keySet().removeAll(DRAWN_OTHERWISE.keySet());
            assertThat(shared).hasSizeGreaterThan(100).isEqualTo(specified);
        }
    }

    @Test
    @Covers("getConfig endpoints")
    void theConfigurationNamesWhatIsServed(CatalogClient client) {
        Set<String> served = description(client).endpoints();
        served.removeAll(NOT_ADVERTISED);
        List<String> advertised = new ArrayList<>();
        client.http()
                .get("/v1/config")
                .expect(200)
                .json()
                .path("endpoints")
                .forEach(endpoint -> advertised.add(endpoint.asText()));
        assertThat(advertised).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(advertised)).isEqualTo(served);
    }

    private static boolean isOfBodies(Operations.Row row) {
        return row.operation().equals(Operations.EVERY) && row.name().equals("413");
    }

    /** What the table says that this server adds to the specification. */
    private static Set<String> added(CatalogClient client) {
        Set<String> added = Operations.statements(ROWS);
        added.removeAll(Operations.statements(
                ROWS.stream().filter(Operations.Row::isSpecified).toList()));
        description(client).statements().stream()
                .filter(statement -> statement.endsWith(": status 413"))
                .forEach(added::add);
        return added;
    }
}
