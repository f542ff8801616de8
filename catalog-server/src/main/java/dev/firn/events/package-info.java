/**
 * Tells the world of changes without being asked: webhooks. It reads the ledger, and changes no name and no pointer.
 */
@NullMarked
package dev.firn.events;

import org.jspecify.annotations.NullMarked;
