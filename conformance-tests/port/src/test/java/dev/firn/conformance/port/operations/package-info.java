/** Operations of the specification that the client tests do not reach, each asked as it is written there. */
package dev.firn.conformance.port.operations;
