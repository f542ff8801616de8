package dev.firn.store;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words by which the ledger names what was done. */
public final class Operations {
    private static final List<String> OF_ENTRIES = List.of(
            "create",
            "register",
            "commit",
            "rename",
            "drop",
            "purge",
            "unregister",
            "undrop",
            "restore",
            "purge-dropped");

    private static final List<String> OF_NAMESPACES =
            List.of("create-namespace", "set-namespace-properties", "drop-namespace");

    /** A backup became the state of the catalog: of everything in it. */
    public static final String RESTORE_CATALOG = "restore-catalog";

    /** All of them. */
    public static final Set<String> ALL = Stream.concat(
                    Stream.concat(OF_NAMESPACES.stream(), Stream.of(RESTORE_CATALOG)),
                    OF_ENTRIES.stream()
                            .flatMap(verb -> Stream.of(EntryKind.values()).map(kind -> verb + "-" + kind.id())))
            .collect(Collectors.toUnmodifiableSet());

    private Operations() {}
}
