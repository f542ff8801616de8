package dev.firn.conformance.port.scan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/** A table whose files are only spoken of, and the requests about its scans as they go over the wire. File number n holds the ids from 10n until 10n + 10. */
final class HttpScans {
    private static final int ROWS = 10;

    private final CatalogClient client;
    private final String path;

    private HttpScans(CatalogClient client, String path) {
        this.client = client;
        this.path = path;
    }

    /** Makes a table with these columns, the first of them a long, in a namespace of its own. */
    static HttpScans create(FirnServer server, Schema schema, int files) {
        String namespace = Names.fresh("scans");
        try (RESTCatalog catalog = JavaClient.connect(server)) {
            catalog.createNamespace(Namespace.of(namespace));
            Table table = catalog.createTable(TableIdentifier.of(namespace, "t"), schema);
            append(table, files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return at(server, namespace);
    }

    /** The table of a namespace that {@link #create} made. */
    static HttpScans at(FirnServer server, String namespace) {
        CatalogClient client = server.client();
        return new HttpScans(client, client.table(namespace, "t"));
    }

    private static void append(Table table, int files) {
        AppendFiles append = table.newFastAppend();
        for (long file = 0; file < files; file++) {
            append.appendFile(DataFiles.builder(table.spec())
                    .withPath(table.location() + "/data/" + file + ".parquet")
                    .withFileSizeInBytes(1000)
                    .withMetrics(metrics(file))
                    .build());
        }
        append.commit();
    }

    private static Metrics metrics(long file) {
        return new Metrics(
                (long) ROWS,
                null,
                Map.of(1, (long) ROWS),
                Map.of(1, 0L),
                null,
                Map.of(1, Conversions.toByteBuffer(Types.LongType.get(), ROWS * file)),
                Map.of(1, Conversions.toByteBuffer(Types.LongType.get(), ROWS * file + ROWS - 1)));
    }

    CatalogClient client() {
        return client;
    }

    /** The path of the table. */
    String path() {
        return path;
    }

    /** The same table as another server has it. */
    HttpScans on(FirnServer server) {
        return new HttpScans(server.client(), path);
    }

    Answer plan(Object request) {
        return client.http().post(path + "/plan", request);
    }

    Answer planned(String id) {
        return client.http().get(path + "/plan/" + id);
    }

    Answer cancel(String id) {
        return client.http().delete(path + "/plan/" + id);
    }

    Answer tasks(String planTask) {
        return client.http().post(path + "/tasks", Json.value(Map.of("plan-task", planTask)));
    }

    /** The names of all files of a plan that is completed, in order. */
    List<String> files(JsonNode completed) {
        List<String> files = new ArrayList<>(names(completed));
        for (JsonNode planTask : completed.path("plan-tasks")) {
            files.addAll(names(tasks(planTask.asText()).expect(200).json()));
        }
        files.sort(null);
        return files;
    }

    private static List<String> names(JsonNode tasks) {
        List<String> names = new ArrayList<>();
        for (JsonNode task : tasks.path("file-scan-tasks")) {
            String location = task.at("/data-file/file-path").asText();
            names.add(location.substring(location.lastIndexOf('/') + 1).replace(".parquet", ""));
        }
        return names;
    }
}
