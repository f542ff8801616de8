/** JMH benchmarks of single functions of the server. */
package dev.firn.conformance.jmh;
