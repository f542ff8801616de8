package dev.firn.rest;

import dev.firn.catalog.Metrics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.apache.iceberg.rest.requests.ReportMetricsRequestParser;

/** Reports of scans and commits: told as the specification has it, and read again by table. */
final class MetricsRoutes {
    private static final String REPORT = "/namespaces/{namespace}/tables/{table}/metrics";
    private static final String READ = "/api/v1/catalogs/{catalog}" + REPORT;
    private static final int USUAL_PAGE = 100;

    private final Sessions sessions;
    private final Metrics metrics;

    MetricsRoutes(Sessions sessions, Metrics metrics) {
        this.sessions = sessions;
        this.metrics = metrics;
    }

    void register(CatalogRouter router, RoutesConfig routes) {
        router.post(REPORT, this::report);
        CatalogRouter.get(routes, READ, this::read);
    }

    private void report(Context context) {
        ReportMetricsRequest request = Bodies.read(context, ReportMetricsRequest.class);
        if (request.reportType() == ReportMetricsRequest.ReportType.UNKNOWN) {
            throw new BadRequestException("report-type must be scan-report or commit-report");
        }
        metrics.report(sessions.of(context), Paths.table(context), ReportMetricsRequestParser.toJson(request));
        context.status(204);
    }

    private void read(Context context) {
        int limit = context.queryParam("pageSize") == null
                ? USUAL_PAGE
                : Queries.page(context).limit() - 1;
        List<Map<String, Object>> reports =
                metrics.newest(sessions.ofCatalog(context), Paths.table(context), limit).stream()
                        .map(MetricsSummary::of)
                        .toList();
        Bodies.answer(context, Map.of("reports", reports));
    }
}
