/** Webhooks, seen by their receivers. */
package dev.firn.conformance.port.events;
