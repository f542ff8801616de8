/** The ledger: the catalog as it was, what happened, and what comes back. */
package dev.firn.conformance.port.ledger;
