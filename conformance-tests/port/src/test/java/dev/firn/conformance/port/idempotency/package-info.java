/** What a request with an Idempotency-Key promises, also when it comes twice at once or after a kill. */
package dev.firn.conformance.port.idempotency;
