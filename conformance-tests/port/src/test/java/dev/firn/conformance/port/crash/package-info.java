/** Kill -9 at any moment: what was acknowledged is there, and nothing is half there. */
package dev.firn.conformance.port.crash;
