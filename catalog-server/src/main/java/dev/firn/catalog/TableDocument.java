package dev.firn.catalog;

import org.apache.iceberg.TableMetadata;

/**
 * One state of a table: a metadata file that never changes, parsed and as bytes.
 *
 * @param metadata what it says; knows its own location unless the state is only staged
 * @param text its text
 */
public record TableDocument(TableMetadata metadata, TableText text) {
    /** Its text as JSON in UTF-8, not compressed; shared, not to be changed. */
    public byte[] json() {
        return text.json();
    }
}
