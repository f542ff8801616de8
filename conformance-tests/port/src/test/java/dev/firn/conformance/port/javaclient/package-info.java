/** Apache's own Java client against the server. */
package dev.firn.conformance.port.javaclient;
