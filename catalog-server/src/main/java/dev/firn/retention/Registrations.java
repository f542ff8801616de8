package dev.firn.retention;

import dev.firn.store.FormerFileStore;
import dev.firn.store.FormerFileStore.Registration;
import java.util.HashSet;
import java.util.Set;

/** What metadata came from elsewhere or was given away, as far as the ledger has been read. Its rows that say so are kept for ever. */
final class Registrations {
    private final FormerFileStore store;
    private final Set<String> identities = new HashSet<>();
    private final Set<String> givenAway = new HashSet<>();
    private final Set<Long> changes = new HashSet<>();
    private long seen;

    Registrations(FormerFileStore store) {
        this.store = store;
    }

    /** Reads what is new, up to this change. */
    void readUntil(long change) {
        for (Registration registration : store.registrations(seen, change)) {
            if (registration.restore() && seen > 0) {
                // Another state is the present one.
                forgetAll();
                readUntil(change);
                return;
            }
            changes.add(registration.change());
            identities.add(registration.uuid());
            if (registration.givenAway()) {
                givenAway.add(registration.uuid());
            }
        }
        seen = change;
    }

    private void forgetAll() {
        identities.clear();
        givenAway.clear();
        changes.clear();
        seen = 0;
    }

    /** Up to which change it has been read. */
    long seen() {
        return seen;
    }

    /** Whether a table or view of this identity ever came from elsewhere, was given away, or had another identity before. */
    boolean isShared(String uuid) {
        return identities.contains(uuid);
    }

    /** Whether another catalog has it, or had it. */
    boolean isGivenAway(String uuid) {
        return givenAway.contains(uuid);
    }

    /** Whether the version that a change began may name files that the one before does not name, or not under its identity. */
    boolean brought(long change) {
        return changes.contains(change);
    }
}
