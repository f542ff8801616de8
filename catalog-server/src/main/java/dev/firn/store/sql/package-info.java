/**
 * The one implementation of the store, over SQL: statements, dialects and migrations. Uses store alone.
 */
@NullMarked
package dev.firn.store.sql;

import org.jspecify.annotations.NullMarked;
