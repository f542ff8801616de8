package dev.firn.catalog;

import org.apache.iceberg.TableMetadata;

/**
 * One state of a table: a metadata file that never changes, parsed and as bytes.
 *
 * @param metadata what it says; knows its own location unless the state is only staged
 * @param json its text as JSON in UTF-8, not compressed; shared, not to be changed
 */
@SuppressWarnings(
        "ArrayRecordComponent") // Compared by nobody; copied for nobody: loading a table must not copy its metadata.
public record TableDocument(TableMetadata metadata, byte[] json) {}
