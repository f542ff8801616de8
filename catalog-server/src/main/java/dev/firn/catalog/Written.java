package dev.firn.catalog;

import dev.firn.store.NewFile;
import java.util.List;

/**
 * A document whose file has been written, and what has to ride in the transaction that points to it.
 *
 * @param document a {@link TableDocument} or {@link ViewDocument}
 * @param files empty if the file is durable already
 */
record Written<D>(D document, List<NewFile> files) {}
