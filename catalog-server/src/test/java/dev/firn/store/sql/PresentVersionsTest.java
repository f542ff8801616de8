package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;

class PresentVersionsTest {
    private static final CatalogRecord CATALOG = new CatalogRecord(1, "main");
    private static final int MOST = 4;

    private final PresentVersions present = new PresentVersions(MOST);

    private static Entry entry(String name, long change) {
        TableIdentifier identifier = TableIdentifier.of("n", name);
        return new Entry(EntryKind.TABLE, identifier, "uuid-" + name, "file:/" + name + "/" + change, change);
    }

    private Optional<Entry> read(Entry inTheDatabase) {
        return present.entry(CATALOG, inTheDatabase.identifier(), () -> Optional.of(inTheDatabase));
    }

    private void readManyOthers() {
        for (int number = 0; number < 50 * MOST; number++) {
            read(entry("other" + number, 1));
        }
    }

    @Test
    void isKeptUntilItChanges() {
        Entry old = entry("t", 1);
        assertThat(read(old)).contains(old);
        assertThat(read(entry("t", 2))).contains(old);

        Entry next = entry("t", 2);
        present.begin(CATALOG, next);
        assertThat(read(old)).contains(old);
        present.groupCommitted();

        assertThat(read(old)).contains(next);
    }

    /** The next group may become visible at any moment, and with it all that it has changed: an old version that was kept would stand beside new ones of other names. */
    @Test
    void whatIsBeingChangedIsNotKeptHoweverManyOthersAreRead() {
        Entry old = entry("t", 1);
        present.begin(CATALOG, entry("t", 2));
        for (int round = 0; round < 20; round++) {
            readManyOthers();
            assertThat(read(old)).contains(old);
        }

        Entry visible = entry("t", 2);
        assertThat(read(visible)).contains(visible);
    }

    @Test
    void theNumberOfAListingIsUnknownWhileItChangesHoweverManyOthersAreRead() {
        Namespace namespace = Namespace.of("n");
        present.hideListing(CATALOG, namespace);
        for (int round = 0; round < 20; round++) {
            readManyOthers();
            assertThat(present.listingVersion(CATALOG, namespace)).isEmpty();
        }

        present.groupCommitted();

        assertThat(present.listingVersion(CATALOG, namespace)).isPresent();
    }

    @Test
    void afterAGroupThatFailedTheDatabaseIsAsked() {
        Entry old = entry("t", 1);
        present.begin(CATALOG, entry("t", 2));
        present.groupFailed();

        assertThat(read(old)).contains(old);
        assertThat(read(entry("t", 3))).contains(old);
    }
}
