/** Who may call: tokens, and what happens without one. */
package dev.firn.conformance.port.security;
