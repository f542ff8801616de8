/** What a sequence of metadata updates means over REST is what it means to iceberg-core, whatever the sequence. */
package dev.firn.conformance.roundtrip;
