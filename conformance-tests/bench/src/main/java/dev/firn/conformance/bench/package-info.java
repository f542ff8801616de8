/** Measures servers with a load generator in a process of its own. */
package dev.firn.conformance.bench;
