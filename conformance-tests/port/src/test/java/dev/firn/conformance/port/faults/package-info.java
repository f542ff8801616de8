/** A disk, a database, a clock and descriptors that fail: what is answered is right, reads go on, and writes go on afterwards. */
package dev.firn.conformance.port.faults;
