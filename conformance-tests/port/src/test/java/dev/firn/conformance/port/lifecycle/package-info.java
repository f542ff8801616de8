/** Starting and ending: variables, signals, and what stands in the way of a start. */
package dev.firn.conformance.port.lifecycle;
