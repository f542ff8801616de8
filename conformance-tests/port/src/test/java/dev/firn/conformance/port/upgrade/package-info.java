/** States that older versions of the server wrote are opened without loss. */
package dev.firn.conformance.port.upgrade;
