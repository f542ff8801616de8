package dev.firn.store.sql;

import dev.firn.store.CatalogRecord;
import dev.firn.store.MetricsReport;
import dev.firn.store.MetricsStore;
import java.time.Instant;
import java.util.List;

/** Reports in the same file as the state. They are written in the groups of the commits, and so cost no wait for the disk of their own. */
final class SqlMetricsStore implements MetricsStore {
    private final Reads reads;
    private final GroupCommit writer;

    SqlMetricsStore(Reads reads, GroupCommit writer) {
        this.reads = reads;
        this.writer = writer;
    }

    @Override
    public void add(CatalogRecord catalog, MetricsReport report) {
        writer.submit(handle -> {
            handle.createUpdate("""
                insert into metrics_report (catalog_id, table_uuid, reported_at, principal, report)
                values (:catalog, :table, :at, :principal, :report)""")
                    .bind("catalog", catalog.id())
                    .bind("table", report.tableUuid())
                    .bind("at", report.reportedAt().toEpochMilli())
                    .bind("principal", report.principal())
                    .bind("report", report.json())
                    .execute();
            return handle.createUpdate("""
                delete from metrics_report
                 where report_id <= (select report_id
                                       from metrics_report
                                      where catalog_id = :catalog and table_uuid = :table
                                      order by report_id desc
                                      limit 1 offset :most)
                   and catalog_id = :catalog and table_uuid = :table""")
                    .bind("catalog", catalog.id())
                    .bind("table", report.tableUuid())
                    .bind("most", MOST_PER_TABLE)
                    .execute();
        });
    }

    @Override
    public List<MetricsReport> newest(CatalogRecord catalog, String tableUuid, int limit) {
        return reads.read(handle -> handle.createQuery("""
            select reported_at, principal, report
              from metrics_report
             where catalog_id = :catalog and table_uuid = :table
             order by report_id desc
             limit :limit""")
                .bind("catalog", catalog.id())
                .bind("table", tableUuid)
                .bind("limit", limit)
                .map((row, context) -> new MetricsReport(
                        tableUuid,
                        Instant.ofEpochMilli(row.getLong("reported_at")),
                        row.getString("principal"),
                        row.getString("report")))
                .list());
    }
}
