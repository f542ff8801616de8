package dev.firn.catalog;

import org.apache.iceberg.view.ViewMetadata;

/**
 * One state of a view: a metadata file that never changes, parsed and as bytes.
 *
 * @param metadata what it says; knows its own location
 * @param json its text as JSON in UTF-8; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // As in TableDocument.
public record ViewDocument(ViewMetadata metadata, byte[] json) {}
