package dev.firn.catalog;

import org.apache.iceberg.TableMetadata;

/** One state of a table: a metadata file that never changes, parsed and as bytes. */
public final class TableDocument {
    private final TableMetadata metadata;
    private final TableText text;
    private final boolean isWritten;
    private volatile boolean isReplaced;

    /**
     * A state.
     *
     * @param metadata what it says; knows its own location unless the state is only staged
     * @param text its text
     * @param isWritten whether this process has written its file, and the file holds just this text
     */
    public TableDocument(TableMetadata metadata, TableText text, boolean isWritten) {
        this.metadata = metadata;
        this.text = text;
        this.isWritten = isWritten;
    }

    /** What it says. */
    public TableMetadata metadata() {
        return metadata;
    }

    /** Its text. */
    TableText text() {
        return text;
    }

    /** Its text as JSON in UTF-8, not compressed; shared, not to be changed. */
    public byte[] json() {
        return text.json();
    }

    /** Whether this process has written its file, and the file holds just this text. */
    boolean isWritten() {
        return isWritten;
    }

    /** Notes that another state has taken its place, durably. */
    public void markReplaced() {
        isReplaced = true;
    }

    /** Whether another state has taken its place: hardly anybody asks for this one again. Known only of states that were made in this process. */
    public boolean isReplaced() {
        return isReplaced;
    }
}
