/** What a server must do, seen from outside: tests send HTTP to the jar and look at its files. */
package dev.firn.conformance.port;
