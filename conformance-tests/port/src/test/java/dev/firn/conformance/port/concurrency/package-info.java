/** Commits that meet: all that were acknowledged are there, and each transaction is whole. */
package dev.firn.conformance.port.concurrency;
