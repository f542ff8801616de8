package dev.firn.conformance.port.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.javaclient.JavaClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.util.ByteBuffers;

/** Two clients of one server: one plans its scans itself, the other has them planned. Both have to read the same. */
final class BothWays implements AutoCloseable {
    private final RESTCatalog client;
    private final RESTCatalog server;

    BothWays(FirnServer firn) {
        client = JavaClient.connect(firn);
        server = JavaClient.connect(firn, RESTCatalogProperties.SCAN_PLANNING_MODE, "server");
    }

    /** The client that plans itself, to make tables with. */
    RESTCatalog client() {
        return client;
    }

    /** The table for a client that has its scans planned. */
    Table planned(TableIdentifier name) {
        Table table = server.loadTable(name);
        assertThat(table.newScan().getClass().getSimpleName()).isEqualTo("RESTTableScan");
        return table;
    }

    /** Compares the tasks of a scan and returns them, as text: file, deletes, what is left of the filter. */
    List<String> tasks(TableIdentifier name, UnaryOperator<TableScan> scan) {
        List<String> expected = described(scan.apply(client.loadTable(name).newScan()));
        List<String> planned = described(scan.apply(planned(name).newScan()));
        assertThat(planned).isEqualTo(expected);
        return planned;
    }

    /** Compares which files a scan is to read, whatever is said of them: values come back from the server without their types. */
    List<String> files(TableIdentifier name, UnaryOperator<TableScan> scan) {
        List<String> expected = names(scan.apply(client.loadTable(name).newScan()));
        List<String> planned = names(scan.apply(planned(name).newScan()));
        assertThat(planned).isEqualTo(expected);
        return planned;
    }

    private static List<String> names(TableScan scan) {
        return list(scan.planFiles()).stream()
                .map(task -> name(task.file().location()))
                .sorted()
                .toList();
    }

    /** Compares the rows of a scan, of the whole schema, and returns them as text. */
    List<String> rows(TableIdentifier name, UnaryOperator<IcebergGenerics.ScanBuilder> scan) {
        List<String> expected = read(scan.apply(IcebergGenerics.read(client.loadTable(name))));
        List<String> planned = read(scan.apply(IcebergGenerics.read(planned(name))));
        assertThat(planned).isEqualTo(expected);
        return planned;
    }

    private static List<String> read(IcebergGenerics.ScanBuilder scan) {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> found = scan.build()) {
            found.forEach(row -> rows.add(text(row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.sort(null);
        return rows;
    }

    private static String text(Record row) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            Object value = row.get(column);
            if (value instanceof ByteBuffer buffer) {
                value = HexFormat.of().formatHex(ByteBuffers.toByteArray(buffer));
            } else if (value instanceof byte[] bytes) {
                value = HexFormat.of().formatHex(bytes);
            }
            text.append(value).append(' ');
        }
        return text.toString();
    }

    static List<FileScanTask> list(CloseableIterable<FileScanTask> tasks) {
        List<FileScanTask> list = new ArrayList<>();
        try (tasks) {
            tasks.forEach(list::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return list;
    }

    private static List<String> described(TableScan scan) {
        return list(scan.planFiles()).stream().map(BothWays::described).sorted().toList();
    }

    private static String described(FileScanTask task) {
        return "%s of spec %d %s rows %d first row %s deleted by %s residual %s"
                .formatted(
                        name(task.file().location()),
                        task.file().specId(),
                        task.file().partition(),
                        task.file().recordCount(),
                        task.file().firstRowId(),
                        task.deletes().stream()
                                .map(BothWays::described)
                                .sorted()
                                .collect(Collectors.toList()),
                        task.residual());
    }

    private static String described(DeleteFile delete) {
        return "%s %s %s %s %s"
                .formatted(
                        delete.content(),
                        name(delete.location()),
                        delete.contentOffset(),
                        delete.contentSizeInBytes(),
                        delete.equalityFieldIds());
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
