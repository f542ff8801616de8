/**
 * The Iceberg REST API over HTTP: one small class of routes per resource, and what they share (error mapping, ETags,
 * pagination). May use catalog, scan and security; knows no SQL and no files.
 */
@NullMarked
package dev.firn.rest;

import org.jspecify.annotations.NullMarked;
