/**
 * What ends: the files of purged tables. Works in the background, in small steps, and can be killed at any of them. Uses catalog, store and warehouse.
 */
@NullMarked
package dev.firn.retention;

import org.jspecify.annotations.NullMarked;
