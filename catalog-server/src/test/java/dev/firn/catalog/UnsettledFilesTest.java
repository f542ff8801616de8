package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.store.NamedFiles;
import dev.firn.store.RestoredLedger;
import dev.firn.store.sql.SqlCatalogStore;
import dev.firn.warehouse.FileJournal;
import dev.firn.warehouse.FileJournal.Line;
import dev.firn.warehouse.LocalFileStore;
import dev.firn.warehouse.Locations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsettledFilesTest {
    private static final long TIDY_AFTER_MILLIS = 20;

    @TempDir
    private Path folder;

    private Path root;
    private LocalFileStore files;
    private SqlCatalogStore store;
    private FileJournal journal;
    private UnsettledFiles unsettled;

    @BeforeEach
    void begin() throws Exception {
        root = Files.createDirectory(folder.resolve("warehouse"));
        files = new LocalFileStore(new Locations(List.of(root)));
        store = new SqlCatalogStore(folder.resolve("firn.db"), Clock.systemUTC());
        start();
    }

    private void start() {
        journal = new FileJournal(folder.resolve("firn.db.new-files"));
        unsettled = new UnsettledFiles(journal, store.namedFiles(), files, TIDY_AFTER_MILLIS);
        unsettled.start((what, given, keptUntil) -> {});
    }

    @AfterEach
    void end() {
        unsettled.close();
        store.close();
    }

    private String make(String name) {
        String location = root + "/" + name;
        unsettled.making(location);
        files.createUnsynced(location, new byte[] {1});
        unsettled.made(location);
        return location;
    }

    private List<String> noted() {
        return journal.read().lines().stream().map(Line::location).toList();
    }

    private void awaitNoted(String... locations) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(noted()).containsExactly(locations));
    }

    @Test
    void whatIsNotSettledStaysNotedUntilItIsGone() throws Exception {
        String lost = make("lost");
        String named = make("named");
        unsettled.settled(named);
        awaitNoted(lost);

        Files.delete(Path.of(lost));
        unsettled.settled(make("another"));
        awaitNoted();
    }

    @Test
    void whatIsBeingMadeStaysNoted() {
        String begun = root + "/begun";
        unsettled.making(begun);
        unsettled.settled(make("named"));
        awaitNoted(begun);

        unsettled.made(begun);
        unsettled.settled(make("another"));
        awaitNoted();
    }

    @Test
    void whatIsSettledAfterAComparisonIsTakenOutThoughNothingElseIsNoted() {
        String slow = make("slow");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(journal::isUntouched);
        awaitNoted(slow);

        unsettled.settled(slow);
        awaitNoted();
    }

    /** As where a client names a folder for metadata that can never be one. */
    @Test
    void aFolderThatCannotBeOpenedKeepsNothingElseInTheJournal() throws Exception {
        Files.createFile(root.resolve("file"));
        String impossible = root + "/file/metadata/never";
        unsettled.making(impossible);
        unsettled.made(impossible);
        unsettled.settled(make("named"));
        awaitNoted(impossible);

        unsettled.acrossReplacement(last -> {
            last.accept(new RestoredLedger(new NamedFiles.Mark(1, 1), 0));
            return 1;
        });
        assertThat(noted()).containsExactly(impossible);
    }

    @Test
    void theNextStartDeletesWhatNothingNames() {
        String lost = make("00000-3f0e3a3a-8f11-4b0c-9f2e-0b62a4b17d31.metadata.json");
        String foreign = make("notes.txt");
        unsettled.close();
        assertThat(Path.of(lost)).exists();
        start();

        assertThat(Path.of(lost)).doesNotExist();
        assertThat(Path.of(foreign)).exists();
    }
}
