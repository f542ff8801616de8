/** A disk that loses at a power cut what was not synced, and fails on demand, around a real server. */
package dev.firn.conformance.port.disk;
