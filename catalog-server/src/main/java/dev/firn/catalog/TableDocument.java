package dev.firn.catalog;

import org.apache.iceberg.TableMetadata;

/**
 * One state of a table: a metadata file that never changes, parsed and as bytes.
 *
 * @param metadata what it says; knows its own location unless the state is only staged
 * @param text its text
 * @param isWritten whether this process has written its file, and the file holds just this text
 */
public record TableDocument(TableMetadata metadata, TableText text, boolean isWritten) {
    /** Its text as JSON in UTF-8, not compressed; shared, not to be changed. */
    public byte[] json() {
        return text.json();
    }
}
