/**
 * The program itself: the command line, the wiring of all parts by plain constructors, start and clean end. May use every
 * other package; none uses it.
 */
@NullMarked
package dev.firn.app;

import org.jspecify.annotations.NullMarked;
