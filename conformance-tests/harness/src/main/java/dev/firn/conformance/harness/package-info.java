/** Starts the server under test as a process of its own and speaks plain HTTP to it. */
package dev.firn.conformance.harness;
