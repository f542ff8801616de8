/** What gives back: dropped tables, tables as they were, backups; and how commands reach a server. */
package dev.firn.conformance.port.recovery;
