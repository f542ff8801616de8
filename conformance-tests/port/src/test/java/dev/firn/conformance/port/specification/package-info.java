/** The REST specification, row by row: every operation, parameter, header and status has a test, and the server's own description says the same. */
package dev.firn.conformance.port.specification;
