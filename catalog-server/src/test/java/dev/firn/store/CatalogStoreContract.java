package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.store.Change.CreateEntry;
import dev.firn.store.Change.CreateNamespace;
import dev.firn.store.Change.DropEntry;
import dev.firn.store.Change.DropNamespace;
import dev.firn.store.Change.Fate;
import dev.firn.store.Change.MoveEntry;
import dev.firn.store.Change.Origin;
import dev.firn.store.Change.PurgeDropped;
import dev.firn.store.Change.RenameEntry;
import dev.firn.store.Change.RequireEntry;
import dev.firn.store.Change.RestoreEntry;
import dev.firn.store.Change.SetNamespaceProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link CatalogStore} promises; every implementation runs it. */
public abstract class CatalogStoreContract {
    private static final Namespace LAKE = Namespace.of("lake");
    private static final TableIdentifier BIRDS = TableIdentifier.of(LAKE, "birds");

    private CatalogStore store;
    private CatalogRecord catalog;

    /** The store under test, with nothing in its catalog {@code main}; it is the same one until {@link #reopened}. */
    protected abstract CatalogStore open() throws Exception;

    /** The store after it has been closed and opened again on the same state. */
    protected abstract CatalogStore reopened() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
        catalog = store.catalog("main").orElseThrow();
    }

    @Test
    void anUnknownCatalogIsNotThere() {
        assertThat(store.catalog("other")).isEmpty();
    }

    @Test
    void aNamespaceIsThereWithItsProperties() {
        apply(new CreateNamespace(LAKE, Map.of("owner", "ada")));

        assertThat(namespace(LAKE).properties()).containsExactly(Map.entry("owner", "ada"));
    }

    @Test
    void aNamespaceBringsItsParents() {
        Namespace deep = Namespace.of("a", "b", "c");

        apply(new CreateNamespace(deep, Map.of()));

        assertThat(store.namespaces(catalog, Namespace.empty(), Moment.PRESENT, Page.ALL))
                .containsExactly(Namespace.of("a"));
        assertThat(store.namespaces(catalog, Namespace.of("a"), Moment.PRESENT, Page.ALL))
                .containsExactly(Namespace.of("a", "b"));
        assertThat(store.namespaces(catalog, Namespace.of("a", "b"), Moment.PRESENT, Page.ALL))
                .containsExactly(deep);
    }

    @Test
    void aNamespaceCannotBeMadeTwice() {
        apply(new CreateNamespace(LAKE, Map.of()));

        assertThatThrownBy(() -> apply(new CreateNamespace(LAKE, Map.of())))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("lake");
    }

    @Test
    void propertiesAreSetOnlyOnTheExpectedVersion() {
        apply(new CreateNamespace(LAKE, Map.of()));
        NamespaceVersion first = namespace(LAKE);
        apply(new SetNamespaceProperties(first, Map.of("a", "1")));

        assertThatThrownBy(() -> apply(new SetNamespaceProperties(first, Map.of("b", "2"))))
                .isInstanceOf(StaleStateException.class);
        assertThat(namespace(LAKE).properties()).containsExactly(Map.entry("a", "1"));
    }

    @Test
    void aNamespaceThatHoldsSomethingCannotEnd() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");

        assertThatThrownBy(() -> apply(new DropNamespace(LAKE))).isInstanceOf(NamespaceNotEmptyException.class);

        apply(new DropEntry(EntryKind.TABLE, BIRDS, Fate.DROPPED));
        apply(new DropNamespace(LAKE));
        assertThat(store.namespace(catalog, LAKE, Moment.PRESENT)).isEmpty();
    }

    @Test
    void aNamespaceThatHoldsANamespaceCannotEnd() {
        apply(new CreateNamespace(Namespace.of("a", "b"), Map.of()));

        assertThatThrownBy(() -> apply(new DropNamespace(Namespace.of("a"))))
                .isInstanceOf(NamespaceNotEmptyException.class);
    }

    @Test
    void aNameNeedsItsNamespace() {
        assertThatThrownBy(() -> create(BIRDS, "m0")).isInstanceOf(NoSuchNamespaceException.class);
    }

    @Test
    void tablesAndViewsShareTheirNames() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");

        assertThatThrownBy(() -> apply(new CreateEntry(EntryKind.VIEW, BIRDS, "v", "v0", Origin.CREATED)))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("Table already exists: lake.birds");
        assertThatThrownBy(() -> apply(new DropEntry(EntryKind.VIEW, BIRDS, Fate.DROPPED)))
                .isInstanceOf(NoSuchViewException.class);
    }

    @Test
    void aPointerMovesOnlyFromTheExpectedVersion() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        Entry first = entry(BIRDS);
        apply(new MoveEntry(first, "u", "m1", List.of("add-snapshot")));

        assertThatThrownBy(() -> apply(new MoveEntry(first, "u", "m2", List.of("add-snapshot"))))
                .isInstanceOf(StaleStateException.class);
        assertThat(entry(BIRDS).metadataLocation()).isEqualTo("m1");
    }

    @Test
    void whatIsRequiredHasToBeSoWhenTheOthersMove() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        TableIdentifier fish = TableIdentifier.of(LAKE, "fish");
        create(fish, "f0");
        Entry birds = entry(BIRDS);
        Entry first = entry(fish);
        long moved = apply(new MoveEntry(birds, "u", "m1", List.of()), new RequireEntry(first));
        assertThat(entry(BIRDS).fromChange()).isEqualTo(moved);
        assertThat(entry(fish)).isEqualTo(first);
        apply(new MoveEntry(first, "u", "f1", List.of()));

        Entry now = entry(BIRDS);
        assertThatThrownBy(() -> apply(new MoveEntry(now, "u", "m2", List.of()), new RequireEntry(first)))
                .isInstanceOf(StaleStateException.class);
        apply(new DropEntry(EntryKind.TABLE, fish, Fate.DROPPED));
        assertThatThrownBy(() -> apply(new MoveEntry(now, "u", "m2", List.of()), new RequireEntry(first)))
                .isInstanceOf(StaleStateException.class);
        assertThat(entry(BIRDS)).isEqualTo(now);
    }

    @Test
    void whatWasDroppedIsPurgedOnlyAsLongAsThatIsWanted() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        long drop = apply(new DropEntry(EntryKind.TABLE, BIRDS, Fate.DROPPED));
        Dropped dropped = store.dropped().one(catalog, drop).orElseThrow();
        assertThat(dropped.purgedAt()).isNull();
        Purge unwanted = new Purge(drop, catalog, dropped.entry(), dropped.at());
        assertThat(store.purges().begin(unwanted, "folder")).isFalse();

        long asked = apply(new PurgeDropped(dropped));

        assertThatThrownBy(() -> apply(new PurgeDropped(dropped))).isInstanceOf(StaleStateException.class);
        assertThat(store.dropped().one(catalog, drop).orElseThrow().isPurged()).isTrue();
        assertThat(store.dropped().purged(catalog, BIRDS, OptionalLong.empty())).isEmpty();
        assertThat(store.ledger().changes(catalog, drop, Moment.PRESENT, 10))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.change()).isEqualTo(asked);
                    assertThat(row.operation()).isEqualTo("purge-dropped-table");
                    assertThat(row.metadataLocation()).isNull();
                });
        Purge purge = store.purges().due(Instant.now().plusSeconds(1), 10).get(0);
        assertThat(purge.change()).isEqualTo(drop);
        assertThat(store.purges().begin(purge, "folder")).isTrue();
        assertThat(store.dropped().one(catalog, drop)).isEmpty();
        assertThat(store.dropped().purged(catalog, BIRDS, OptionalLong.of(drop)))
                .isPresent();
        assertThat(store.dropped().purged(catalog, BIRDS, OptionalLong.of(asked)))
                .isEmpty();
        assertThat(store.purges().due(Instant.now().plusSeconds(1), 10)).isEmpty();
        assertThatThrownBy(() -> apply(new PurgeDropped(dropped))).isInstanceOf(StaleStateException.class);
    }

    @Test
    void nothingPointsToFilesThatAreBeingDeleted() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        apply(new DropEntry(EntryKind.TABLE, BIRDS, Fate.PURGED));
        apply(new CreateEntry(EntryKind.TABLE, BIRDS, "u", "m0", Origin.REGISTERED));
        Purge purge = store.purges().due(Instant.now(), 1).get(0);
        assertThat(store.purges().begin(purge, "folder")).isTrue();
        Entry birds = entry(BIRDS);

        apply(new MoveEntry(birds, "u", "m1", List.of("set-properties")));
        Entry now = entry(BIRDS);
        assertThatThrownBy(() -> apply(MoveEntry.registration(now, "u", "m0")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("m0");
        assertThatThrownBy(() -> apply(new RestoreEntry(now, "m2", new Moment(2))))
                .isInstanceOf(BadRequestException.class);
        assertThat(entry(BIRDS)).isEqualTo(now);
    }

    @Test
    void onlyTheFilesThatAreSafeAreLetGo() {
        apply(new CreateNamespace(LAKE, Map.of()));
        for (String file : List.of("k0", "k1", "k2")) {
            TableIdentifier table = TableIdentifier.of(LAKE, file);
            store.apply(new Transaction(
                    catalog,
                    "tester",
                    List.of(new CreateEntry(EntryKind.TABLE, table, file, file, Origin.CREATED)),
                    List.of(new NewFile(file, KeptContent.whole(new byte[1])))));
        }
        List<KeptFile> kept = store.keptFiles(0, 10);

        store.release(List.of(kept.get(0), kept.get(2)));

        assertThat(store.keptFiles(0, 10)).containsExactly(kept.get(1));
        store.release(List.of());
        assertThat(store.keptFiles(0, 10)).hasSize(1);
    }

    @Test
    void aTransactionIsWholeOrAbsent() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        Entry birds = entry(BIRDS);
        TableIdentifier fish = TableIdentifier.of(LAKE, "fish");

        assertThatThrownBy(() -> apply(
                        new MoveEntry(birds, "u", "m1", List.of()),
                        new CreateEntry(EntryKind.TABLE, fish, "f", "f0", Origin.CREATED),
                        new DropEntry(EntryKind.TABLE, TableIdentifier.of(LAKE, "absent"), Fate.DROPPED)))
                .isInstanceOf(NoSuchTableException.class);

        assertThat(entry(BIRDS)).isEqualTo(birds);
        assertThat(store.entry(catalog, fish, Moment.PRESENT)).isEmpty();
    }

    @Test
    void anObjectKeepsItsStateUnderAnotherName() {
        Namespace other = Namespace.of("other");
        TableIdentifier moved = TableIdentifier.of(other, "vögel/2026");
        apply(new CreateNamespace(LAKE, Map.of()), new CreateNamespace(other, Map.of()));
        create(BIRDS, "m0");

        apply(new RenameEntry(EntryKind.TABLE, BIRDS, moved));

        assertThat(store.entry(catalog, BIRDS, Moment.PRESENT)).isEmpty();
        assertThat(entry(moved).metadataLocation()).isEqualTo("m0");
        assertThat(entry(moved).uuid()).isEqualTo("u");
    }

    @Test
    void aRenameNeedsAFreeNameInANamespaceThatExists() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        create(TableIdentifier.of(LAKE, "fish"), "f0");

        assertThatThrownBy(() -> apply(new RenameEntry(EntryKind.TABLE, BIRDS, TableIdentifier.of(LAKE, "fish"))))
                .isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> apply(new RenameEntry(EntryKind.TABLE, BIRDS, TableIdentifier.of("absent", "x"))))
                .isInstanceOf(NoSuchNamespaceException.class);
        assertThat(entry(BIRDS).metadataLocation()).isEqualTo("m0");
    }

    @Test
    void aPastMomentIsReadAsItWas() {
        apply(new CreateNamespace(LAKE, Map.of("a", "1")));
        long created = create(BIRDS, "m0");
        long moved = apply(new MoveEntry(entry(BIRDS), "u", "m1", List.of()));
        long changed = apply(new SetNamespaceProperties(namespace(LAKE), Map.of("a", "2")));
        apply(new DropEntry(EntryKind.TABLE, BIRDS, Fate.DROPPED));
        apply(new DropNamespace(LAKE));

        Moment then = new Moment(created);
        assertThat(store.entry(catalog, BIRDS, then).orElseThrow().metadataLocation())
                .isEqualTo("m0");
        assertThat(store.names(catalog, LAKE, EntryKind.TABLE, then, Page.ALL)).containsExactly("birds");
        assertThat(store.namespace(catalog, LAKE, then).orElseThrow().properties())
                .containsEntry("a", "1");
        assertThat(store.namespaces(catalog, Namespace.empty(), then, Page.ALL)).containsExactly(LAKE);
        assertThat(store.entry(catalog, BIRDS, new Moment(moved)).orElseThrow().metadataLocation())
                .isEqualTo("m1");
        assertThat(store.namespace(catalog, LAKE, new Moment(changed))
                        .orElseThrow()
                        .properties())
                .containsEntry("a", "2");
        assertThat(store.entry(catalog, BIRDS, Moment.PRESENT)).isEmpty();
        assertThat(store.namespace(catalog, LAKE, Moment.PRESENT)).isEmpty();
    }

    @Test
    void aPageIsARangeOfNames() {
        apply(new CreateNamespace(LAKE, Map.of()));
        for (String name : List.of("ä", "b", "a", "C", "🎉")) {
            create(TableIdentifier.of(LAKE, name), name);
        }
        apply(new CreateEntry(EntryKind.VIEW, TableIdentifier.of(LAKE, "aa"), "v", "v0", Origin.CREATED));

        assertThat(store.names(catalog, LAKE, EntryKind.TABLE, Moment.PRESENT, Page.ALL))
                .containsExactly("C", "a", "b", "ä", "🎉");
        assertThat(store.names(catalog, LAKE, EntryKind.TABLE, Moment.PRESENT, new Page("a", 2)))
                .containsExactly("b", "ä");
        assertThat(store.names(catalog, LAKE, EntryKind.TABLE, Moment.PRESENT, new Page("🎉", 2)))
                .isEmpty();
    }

    @Test
    void aListingHasAnotherVersionAfterEachChangeOfANameInIt() {
        apply(new CreateNamespace(LAKE, Map.of()));
        TableIdentifier geese = TableIdentifier.of(LAKE, "geese");
        List<Change> changes = List.of(
                new CreateEntry(EntryKind.TABLE, BIRDS, "u", "m0", Origin.CREATED),
                new CreateEntry(EntryKind.VIEW, TableIdentifier.of(LAKE, "v"), "v", "v0", Origin.CREATED),
                new CreateNamespace(Namespace.of("lake", "deep"), Map.of()),
                new RenameEntry(EntryKind.TABLE, BIRDS, geese),
                new DropEntry(EntryKind.TABLE, geese, Fate.DROPPED),
                new DropEntry(EntryKind.VIEW, TableIdentifier.of(LAKE, "v"), Fate.DROPPED),
                new DropNamespace(Namespace.of("lake", "deep")),
                new DropNamespace(LAKE));
        for (Change change : changes) {
            OptionalLong before = store.listingVersion(catalog, LAKE);
            apply(change);

            assertThat(before).isPresent();
            assertThat(store.listingVersion(catalog, LAKE)).isPresent().isNotEqualTo(before);
        }
    }

    @Test
    void aRenameIsAChangeOfBothListings() {
        Namespace pond = Namespace.of("pond");
        apply(new CreateNamespace(LAKE, Map.of()), new CreateNamespace(pond, Map.of()));
        create(BIRDS, "m0");
        OptionalLong lakeBefore = store.listingVersion(catalog, LAKE);
        OptionalLong pondBefore = store.listingVersion(catalog, pond);

        apply(new RenameEntry(EntryKind.TABLE, BIRDS, TableIdentifier.of(pond, "birds")));

        assertThat(store.listingVersion(catalog, LAKE)).isNotEqualTo(lakeBefore);
        assertThat(store.listingVersion(catalog, pond)).isNotEqualTo(pondBefore);
    }

    @Test
    void commitsAndChangesElsewhereLeaveAListingAsItIs() {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        OptionalLong before = store.listingVersion(catalog, LAKE);

        apply(new MoveEntry(entry(BIRDS), "u", "m1", List.of()));
        apply(new SetNamespaceProperties(namespace(LAKE), Map.of("owner", "ada")));
        apply(new CreateNamespace(Namespace.of("pond"), Map.of()));
        create(TableIdentifier.of(Namespace.of("pond"), "t"), "m2");

        assertThat(before).isPresent();
        assertThat(store.listingVersion(catalog, LAKE)).isEqualTo(before);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAReopening() throws Exception {
        apply(new CreateNamespace(LAKE, Map.of()));
        long last = create(BIRDS, "m0");

        store = reopened();

        assertThat(entry(BIRDS).metadataLocation()).isEqualTo("m0");
        assertThat(apply(new MoveEntry(entry(BIRDS), "u", "m1", List.of()))).isEqualTo(last + 1);
    }

    @Test
    void ofManyWhoMoveOnePointerAtOnceExactlyOneDoes() throws Exception {
        apply(new CreateNamespace(LAKE, Map.of()));
        create(BIRDS, "m0");
        Entry seen = entry(BIRDS);

        List<Callable<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String location = "m-" + i;
            attempts.add(() -> {
                try {
                    apply(new MoveEntry(seen, "u", location, List.of()));
                    return true;
                } catch (StaleStateException e) {
                    return false;
                }
            });
        }
        assertThat(runAtOnce(attempts)).containsOnlyOnce(true);
    }

    @Test
    void aFailureInAGroupLeavesTheOthersAlone() throws Exception {
        apply(new CreateNamespace(LAKE, Map.of()));

        List<Callable<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String name = "t" + i / 2;
            attempts.add(() -> {
                try {
                    create(TableIdentifier.of(LAKE, name), name);
                    return true;
                } catch (AlreadyExistsException e) {
                    return false;
                }
            });
        }
        assertThat(runAtOnce(attempts).stream().filter(made -> made)).hasSize(100);
        assertThat(store.names(catalog, LAKE, EntryKind.TABLE, Moment.PRESENT, Page.ALL))
                .hasSize(100);
    }

    @Test
    void everyFileThatWasEverNamedIsKnown() throws Exception {
        long before = apply(new CreateNamespace(LAKE, Map.of()));
        NamedFiles.Mark mark = store.namedFiles().mark();
        create(BIRDS, "m0");
        long moved = apply(new MoveEntry(entry(BIRDS), "u", "m1", List.of()));
        apply(new DropEntry(EntryKind.TABLE, BIRDS, Fate.DROPPED));
        store.apply(new Transaction(
                catalog,
                "tester",
                List.of(new CreateEntry(EntryKind.TABLE, BIRDS, "v", "m2", Origin.CREATED)),
                List.of(new NewFile("kept", KeptContent.whole(new byte[1])))));
        store.remember(new Receipt("key", "request", Outcome.state(EntryKind.TABLE, "received"), Duration.ofHours(1)));
        Set<String> all = Set.of("m0", "m1", "m2", "kept", "received", "other");

        for (CatalogStore each : List.of(store, reopened())) {
            NamedFiles files = each.namedFiles();
            assertThat(files.named(all, 0)).containsExactlyInAnyOrder("m0", "m1", "m2", "kept", "received");
            assertThat(files.named(all, before)).contains("m0", "m1", "m2");
            assertThat(files.named(all, moved)).containsExactlyInAnyOrder("m2", "kept", "received");
            assertThat(files.named(Set.of("other"), 0)).isEmpty();
            assertThat(files.newestChange()).isEqualTo(files.mark().change()).isEqualTo(moved + 2);
            assertThat(files.contains(mark)).isTrue();
            assertThat(files.contains(files.mark())).isTrue();
            assertThat(files.contains(new NamedFiles.Mark(mark.change(), mark.changedAt() + 1)))
                    .isFalse();
            assertThat(files.contains(new NamedFiles.Mark(moved + 3, mark.changedAt())))
                    .isFalse();
        }
    }

    private static List<Boolean> runAtOnce(List<Callable<Boolean>> attempts) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Boolean> outcomes = new ArrayList<>();
            for (Future<Boolean> outcome : threads.invokeAll(attempts)) {
                outcomes.add(outcome.get());
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    private long create(TableIdentifier identifier, String location) {
        return apply(new CreateEntry(EntryKind.TABLE, identifier, "u", location, Origin.CREATED));
    }

    private long apply(Change... changes) {
        return store.apply(new Transaction(catalog, "tester", List.of(changes), List.of()));
    }

    private Entry entry(TableIdentifier identifier) {
        return store.entry(catalog, identifier, Moment.PRESENT).orElseThrow();
    }

    private NamespaceVersion namespace(Namespace namespace) {
        return store.namespace(catalog, namespace, Moment.PRESENT).orElseThrow();
    }
}
