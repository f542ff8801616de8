/**
 * Who calls and what they may do. May use store.
 */
@NullMarked
package dev.firn.security;

import org.jspecify.annotations.NullMarked;
