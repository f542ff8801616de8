/** What ends, and what must not: purged tables, history, files that nothing points to; and the doctor who looks for them. */
package dev.firn.conformance.port.retention;
