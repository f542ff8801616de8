package dev.firn.store;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is to change in a catalog. Each becomes one row of the ledger, written in the same SQL transaction as the rows that it changes.
 *
 * <p>A change states what it expects of the state, and fails without a trace when the state is another.
 */
public sealed interface Change {
    /** The word for this change in the ledger, as in {@code create-table}. */
    String operation();

    /** Makes a namespace, and the parents that it still lacks. Fails if it exists. */
    record CreateNamespace(Namespace namespace, Map<String, String> properties) implements Change {
        @Override
        public String operation() {
            return "create-namespace";
        }
    }

    /** Gives a namespace new properties. Fails with {@link StaleStateException} if its version is no longer {@code expected}. */
    record SetNamespaceProperties(NamespaceVersion expected, Map<String, String> properties) implements Change {
        @Override
        public String operation() {
            return "set-namespace-properties";
        }
    }

    /** Ends a namespace. Fails if it does not exist or holds tables, views or namespaces. */
    record DropNamespace(Namespace namespace) implements Change {
        @Override
        public String operation() {
            return "drop-namespace";
        }
    }

    /** Makes a name that points to a metadata file. Fails if the name is taken or the namespace does not exist. */
    record CreateEntry(EntryKind kind, TableIdentifier identifier, String uuid, String metadataLocation, Origin origin)
            implements Change {
        @Override
        public String operation() {
            return origin.verb + "-" + kind.id();
        }
    }

    /**
     * Moves a pointer: the commit. Fails with {@link StaleStateException} if the name is no longer at the version {@code expected}.
     *
     * @param updates the names of the metadata updates that the move consists of, for the ledger
     */
    record MoveEntry(Entry expected, String uuid, String metadataLocation, List<String> updates) implements Change {
        private static final List<String> REGISTRATION = List.of("register");

        /** Moves it to a metadata file that was there before. */
        public static MoveEntry registration(Entry expected, String uuid, String metadataLocation) {
            return new MoveEntry(expected, uuid, metadataLocation, REGISTRATION);
        }

        /** Whether the metadata file was there before. */
        public boolean isRegistration() {
            return updates.equals(REGISTRATION);
        }

        @Override
        public String operation() {
            return "commit-" + expected.kind().id();
        }
    }

    /**
     * Ends a name. Fails if it does not exist.
     *
     * @param expected fails with {@link StaleStateException} if the name is no longer at this version; null for any version
     */
    record DropEntry(
            EntryKind kind,
            TableIdentifier identifier,
            Fate fate,
            @Nullable Entry expected) implements Change {
        /** Ends a name, whatever it points to. */
        public DropEntry(EntryKind kind, TableIdentifier identifier, Fate fate) {
            this(kind, identifier, fate, null);
        }

        /** Ends a name that still is what it was. */
        public static DropEntry expecting(Entry expected, Fate fate) {
            return new DropEntry(expected.kind(), expected.identifier(), fate, expected);
        }

        @Override
        public String operation() {
            return fate.verb + "-" + kind.id();
        }
    }

    /** Gives an object another name, in any namespace. Fails if the source does not exist, the destination does, or its namespace does not. */
    record RenameEntry(EntryKind kind, TableIdentifier source, TableIdentifier destination) implements Change {
        @Override
        public String operation() {
            return "rename-" + kind.id();
        }
    }

    /**
     * Gives a name to what was dropped, with the metadata file that it had at the end. Fails if the name is taken or the namespace does not exist, and with {@link
     * StaleStateException} if it has come back already or the deletion of its files has begun.
     */
    record UndropEntry(Dropped dropped, TableIdentifier identifier) implements Change {
        @Override
        public String operation() {
            return "undrop-" + dropped.entry().kind().id();
        }
    }

    /**
     * Asks for the deletion of the files of a table that was dropped without that. Fails with {@link StaleStateException} if it has come back, or if they are to be
     * deleted already. No name changes, and the one that it had may be another's by now: so this is another operation than the purge of a table that has a name.
     */
    record PurgeDropped(Dropped dropped) implements Change {
        @Override
        public String operation() {
            return "purge-dropped-" + dropped.entry().kind().id();
        }
    }

    /**
     * Moves a pointer to a metadata file that says what the object was at a moment of the past. Fails with {@link StaleStateException} if the name is no longer at
     * the version {@code expected}.
     *
     * @param isRegistration whether the metadata file was there before
     */
    record RestoreEntry(Entry expected, String metadataLocation, Moment moment, boolean isRegistration)
            implements Change {
        /** Moves it to a metadata file that was written for this. */
        public RestoreEntry(Entry expected, String metadataLocation, Moment moment) {
            this(expected, metadataLocation, moment, false);
        }

        /** Moves it to a metadata file that was there before. */
        public static RestoreEntry registration(Entry expected, String metadataLocation, Moment moment) {
            return new RestoreEntry(expected, metadataLocation, moment, true);
        }

        @Override
        public String operation() {
            return "restore-" + expected.kind().id();
        }
    }

    /**
     * Changes nothing, and has no row in the ledger: fails with {@link StaleStateException} if the name is no longer at the version {@code expected}. For what a transaction has looked at
     * and left as it is.
     */
    record RequireEntry(Entry expected) implements Change {
        @Override
        public String operation() {
            return "require-" + expected.kind().id();
        }
    }

    /** Where the metadata file of a new name comes from. */
    enum Origin {
        /** Written for this change. */
        CREATED("create"),
        /** It was there before, written by another catalog. */
        REGISTERED("register");

        private final String verb;

        Origin(String verb) {
            this.verb = verb;
        }
    }

    /** What becomes of the files of a name that ends. */
    enum Fate {
        /** They stay, and the name can come back. */
        DROPPED("drop"),
        /** They may be deleted. */
        PURGED("purge"),
        /** They stay and belong to another catalog from now on. */
        UNREGISTERED("unregister");

        private final String verb;

        Fate(String verb) {
            this.verb = verb;
        }
    }
}
