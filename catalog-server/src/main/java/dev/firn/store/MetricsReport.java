package dev.firn.store;

import java.time.Instant;

/**
 * What an engine told of one scan of a table, or of one commit to it.
 *
 * @param tableUuid the identity of the table, which survives a rename
 * @param reportedAt when it came, in milliseconds
 * @param principal who told it
 * @param json the report as the specification writes it ({@code ReportMetricsRequest})
 */
public record MetricsReport(String tableUuid, Instant reportedAt, String principal, String json) {}
