package dev.firn.store;

/** What a name in a namespace stands for. Tables and views share one space of names. */
public enum EntryKind {
    /** An Iceberg table. */
    TABLE("table", "Table"),
    /** An Iceberg view. */
    VIEW("view", "View");

    private final String id;
    private final String title;

    EntryKind(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** The word that stands in the state and in the ledger: {@code table} or {@code view}. */
    public String id() {
        return id;
    }

    /** The word that begins a message, as in {@code Table does not exist: a.b}. */
    public String title() {
        return title;
    }

    /**
     * The kind of an {@link #id}.
     *
     * @throws IllegalArgumentException if no kind has this id
     */
    public static EntryKind of(String id) {
        for (EntryKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("Unknown kind of entry: " + id);
    }
}
