/** Whatever is wrong with a request, the answer is the specification's error model. */
package dev.firn.conformance.port.errors;
