package dev.firn.retention;

import dev.firn.store.CatalogRecord;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import dev.firn.store.FormerFileStore;
import dev.firn.store.FormerFileStore.Identity;
import dev.firn.store.Holder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What versions that are kept name: the present ones, the past ones that can still be read, those of dropped tables that can come back and of tables that were given
 * away.
 *
 * <p>A commit adds the file before it to the log of metadata files and lets go of the oldest. So what a log names, beside versions that are kept, the log of the oldest
 * version that is kept before it names as well, and only that one is read; and every one that did not come from a commit here.
 */
final class Survivors {
    private static final Logger LOG = LoggerFactory.getLogger(Survivors.class);
    private static final int PAGE = 1_000;

    private record Name(CatalogRecord catalog, TableIdentifier identifier) {}

    private final FormerFileStore store;
    private final MetadataReader reader;
    private final Registrations registrations;
    private final Set<String> identities = new HashSet<>();
    private final Set<String> read = new HashSet<>();

    Survivors(FormerFileStore store, MetadataReader reader, Registrations registrations, List<Identity> identities) {
        this.store = store;
        this.reader = reader;
        this.registrations = registrations;
        identities.forEach(identity -> this.identities.add(identity.uuid()));
    }

    /**
     * Takes what they name from the candidates.
     *
     * @return the identities of which not all could be read; all their files are taken from the candidates
     * @throws UnreadableTableException if one cannot be read that may name any file
     */
    Set<String> keep(Candidates candidates, Background background) {
        Map<Name, List<Holder>> related = new HashMap<>();
        long after = 0;
        for (List<Holder> page = store.versions(after, PAGE); !page.isEmpty(); page = store.versions(after, PAGE)) {
            after = page.get(page.size() - 1).position();
            for (Holder version : page) {
                Entry entry = version.entry();
                if (registrations.isShared(entry.uuid())) {
                    candidates.keepWhatItLinksTo(entry.metadataLocation());
                } else {
                    candidates.keep(entry.metadataLocation());
                }
                if (entry.kind() == EntryKind.TABLE
                        && (identities.contains(entry.uuid()) || registrations.isShared(entry.uuid()))) {
                    related.computeIfAbsent(new Name(version.catalog(), entry.identifier()), name -> new ArrayList<>())
                            .add(version);
                }
            }
            requireGoingOn(background);
        }
        Set<String> unreadable = new HashSet<>();
        for (List<Holder> versions : related.values()) {
            requireGoingOn(background);
            keepLogs(versions, candidates, unreadable);
        }
        unreadable.forEach(candidates::keepAllOf);
        return unreadable;
    }

    private static void requireGoingOn(Background background) {
        if (background.isClosing()) {
            throw new IllegalStateException("The server is stopping");
        }
    }

    private void keepLogs(List<Holder> versions, Candidates candidates, Set<String> unreadable) {
        versions.sort(Comparator.comparingLong(version -> version.entry().fromChange()));
        for (int i = 0; i < versions.size(); i++) {
            Entry entry = versions.get(i).entry();
            boolean follows = i > 0
                    && versions.get(i - 1).endedBy() == entry.fromChange()
                    && versions.get(i - 1).entry().uuid().equals(entry.uuid())
                    && !registrations.brought(entry.fromChange());
            boolean last = i == versions.size() - 1;
            if ((!follows || last) && read.add(entry.metadataLocation())) {
                keepLog(entry, candidates, unreadable);
            }
        }
    }

    private void keepLog(Entry entry, Candidates candidates, Set<String> unreadable) {
        try {
            boolean shared = registrations.isShared(entry.uuid());
            for (TableMetadata.MetadataLogEntry earlier :
                    reader.read(entry.metadataLocation()).previousFiles()) {
                if (shared) {
                    candidates.keepWhatItLinksTo(earlier.file());
                } else {
                    candidates.keep(earlier.file());
                }
            }
        } catch (NotFoundException e) {
            LOG.debug("It names nothing, as nobody can read it: {}", entry.metadataLocation());
        } catch (RuntimeException e) {
            if (registrations.isShared(entry.uuid())) {
                throw new UnreadableTableException(entry, Set.of(), e);
            }
            LOG.warn(
                    "The former metadata files of {} stay: {} cannot be read",
                    entry.identifier(),
                    entry.metadataLocation(),
                    e);
            unreadable.add(entry.uuid());
        }
    }
}
