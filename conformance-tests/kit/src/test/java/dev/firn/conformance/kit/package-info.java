/** Puts a server under Apache's compatibility kit. */
package dev.firn.conformance.kit;
