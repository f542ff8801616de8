/**
 * What the server tells about itself: metrics, logs, health. Uses no other package.
 */
@NullMarked
package dev.firn.telemetry;

import org.jspecify.annotations.NullMarked;
