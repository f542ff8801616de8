/**
 * {@code firn doctor}: holds the state against the files, says what is wrong and how to mend it. Reads, beside a server or without one; mends only what is safe. Uses
 * names, retention, store and warehouse.
 */
@NullMarked
package dev.firn.doctor;

import org.jspecify.annotations.NullMarked;
