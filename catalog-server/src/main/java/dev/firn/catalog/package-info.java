/**
 * The domain: namespaces, tables, views, commits and the meaning of the ledger. May use store and warehouse; knows
 * neither HTTP nor SQL.
 */
@NullMarked
package dev.firn.catalog;

import org.jspecify.annotations.NullMarked;
