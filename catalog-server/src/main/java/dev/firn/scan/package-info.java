/**
 * Scan planning on the server: which files a scan has to read, and which deletes apply to each. Knows no HTTP; may use catalog, the store's values and warehouse.
 */
@NullMarked
package dev.firn.scan;

import org.jspecify.annotations.NullMarked;
