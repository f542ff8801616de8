/**
 * Typed settings of the server, from the command line, the environment and defaults. Uses no other package.
 */
@NullMarked
package dev.firn.config;

import org.jspecify.annotations.NullMarked;
