package dev.firn.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.store.CatalogRecord;
import dev.firn.store.CatalogStore;
import dev.firn.store.Change;
import dev.firn.store.EntryKind;
import dev.firn.store.Examination;
import dev.firn.store.Purge;
import dev.firn.store.Transaction;
import dev.firn.store.sql.SqlCatalogStore;
import dev.firn.store.sql.SqlExamination;
import dev.firn.warehouse.LocalCleanup;
import dev.firn.warehouse.LocalFileIO;
import dev.firn.warehouse.LocalFileStore;
import dev.firn.warehouse.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    private static final Namespace LAKE = Namespace.of("lake");
    private static final TableIdentifier BIRDS = TableIdentifier.of(LAKE, "birds");

    @TempDir
    private Path folder;

    private Doctor.Report examine(Consumer<String> progress) throws IOException {
        Path warehouse = Files.createDirectories(folder.resolve("warehouse"));
        Locations locations = new Locations(List.of(warehouse));
        Doctor doctor = new Doctor(
                new Doctor.Places(
                        database(),
                        folder.resolve("firn.db.new-files"),
                        folder.resolve("token.key"),
                        folder,
                        List.of(warehouse)),
                new LocalFileStore(locations),
                new LocalFileIO(locations),
                new LocalCleanup(locations),
                Clock.systemUTC());
        try (Examination state = new SqlExamination(database())) {
            return doctor.examine(state, new Doctor.Orders(false, false), progress);
        }
    }

    private Path database() {
        return folder.resolve("firn.db");
    }

    /** The file is missing because it has just been deleted, which is as it should be. */
    @Test
    void aPurgeThatBeginsMeanwhileIsNoProblem() throws IOException {
        Files.createDirectories(folder.resolve("warehouse/other"));
        try (CatalogStore store = new SqlCatalogStore(database(), Clock.systemUTC())) {
            CatalogRecord main = store.catalog("main").orElseThrow();
            String file = folder.resolve("warehouse/birds/metadata/00000-a.metadata.json")
                    .toString();
            for (Change change : List.of(
                    new Change.CreateNamespace(LAKE, Map.of()),
                    new Change.CreateEntry(EntryKind.TABLE, BIRDS, "u", file, Change.Origin.CREATED),
                    new Change.DropEntry(EntryKind.TABLE, BIRDS, Change.Fate.PURGED))) {
                store.apply(new Transaction(main, "me", List.of(change), List.of()));
            }
            assertThat(examine(text -> {}).findings())
                    .anyMatch(finding -> finding.about().equals("dropped table lake.birds")
                            && finding.severity() == Finding.Severity.NOTE);
            Purge purge = store.purges().due(Instant.now(), 1).get(0);

            Doctor.Report report = examine(text -> {
                if (text.equals("0 tables, 0 views")) {
                    store.purges().begin(purge, folder.toString());
                }
            });

            assertThat(report.findings())
                    .noneMatch(finding -> finding.severity() == Finding.Severity.PROBLEM
                            || finding.about().equals("dropped table lake.birds"));
        }
    }
}
