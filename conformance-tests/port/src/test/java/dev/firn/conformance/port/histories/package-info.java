/** What concurrent clients sent and saw, with times, and a checker that tells whether a catalog could have done so without losing or mixing anything. */
package dev.firn.conformance.port.histories;
