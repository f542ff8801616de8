/**
 * The port to the state of the catalog, in the words of the domain. Its documentation is the contract: for every method,
 * what stands in the state after a success and after a failure. Uses no other package.
 */
@NullMarked
package dev.firn.store;

import org.jspecify.annotations.NullMarked;
