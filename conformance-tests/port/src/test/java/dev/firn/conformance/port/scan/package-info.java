/** Scans that the server plans: the same files, deletes and rows as when the client plans, and every error. */
package dev.firn.conformance.port.scan;
