/**
 * Where files are: locations that the operator allowed, and the file access inside them. Uses no other package.
 */
@NullMarked
package dev.firn.warehouse;

import org.jspecify.annotations.NullMarked;
