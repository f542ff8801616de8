package dev.firn.rest;

import dev.firn.scan.Plan;
import dev.firn.scan.PlanPage;
import dev.firn.scan.PlanState;
import dev.firn.scan.Scans;
import io.javalin.http.Context;
import java.util.Map;
import org.apache.iceberg.rest.PlanStatus;
import org.apache.iceberg.rest.requests.FetchScanTasksRequest;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.FetchPlanningResultResponse;
import org.apache.iceberg.rest.responses.FetchScanTasksResponse;
import org.apache.iceberg.rest.responses.PlanTableScanResponse;

/** {@code /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan} and {@code …/tasks}: scans that the server plans. */
final class ScanRoutes {
    private static final String TABLE = "/namespaces/{namespace}/tables/{table}";
    private static final String PLAN_ID = "{plan-id}";

    private final Sessions sessions;
    private final Scans scans;

    ScanRoutes(Sessions sessions, Scans scans) {
        this.sessions = sessions;
        this.scans = scans;
    }

    void register(CatalogRouter router) {
        router.postOnceInMemory(TABLE + "/plan", this::plan);
        router.get(TABLE + "/plan/" + PLAN_ID, this::fetch);
        router.deleteOnceInMemory(TABLE + "/plan/" + PLAN_ID, this::cancel);
        router.postOnceInMemory(TABLE + "/tasks", this::tasks);
    }

    private void plan(Context context) {
        PlanTableScanRequest request = Bodies.read(context, PlanTableScanRequest.class, Filters::rewrite);
        Plan plan = scans.plan(sessions.of(context), Paths.table(context), request, Bodies.bytes(context).length);
        PlanTableScanResponse.Builder response;
        if (plan.state() instanceof PlanState.Completed completed) {
            PlanPage page = scans.first(plan, completed.scan());
            response = PlanTableScanResponse.builder(page.specs())
                    .withPlanStatus(PlanStatus.COMPLETED)
                    .withFileScanTasks(page.tasks())
                    .withPlanTasks(page.planTasks());
        } else {
            // However far it has come meanwhile, and however it ends: the client asks for it by its id.
            response = PlanTableScanResponse.builder(Map.of()).withPlanStatus(PlanStatus.SUBMITTED);
        }
        Bodies.answer(context, response.withPlanId(plan.id()).build());
    }

    private void fetch(Context context) {
        Plan plan = scans.find(sessions.of(context), Paths.table(context), Paths.segment(context, PLAN_ID));
        PlanState state = plan.state();
        FetchPlanningResultResponse.Builder response;
        if (state instanceof PlanState.Completed completed) {
            PlanPage page = scans.first(plan, completed.scan());
            response = FetchPlanningResultResponse.builder(page.specs())
                    .withPlanStatus(PlanStatus.COMPLETED)
                    .withFileScanTasks(page.tasks())
                    .withPlanTasks(page.planTasks());
        } else if (state instanceof PlanState.Failed failed) {
            response = FetchPlanningResultResponse.builder(Map.of())
                    .withPlanStatus(PlanStatus.FAILED)
                    .withErrorResponse(error(failed.reason()));
        } else {
            response = FetchPlanningResultResponse.builder(Map.of())
                    .withPlanStatus(state instanceof PlanState.Cancelled ? PlanStatus.CANCELLED : PlanStatus.SUBMITTED);
        }
        Bodies.answer(context, response.build());
    }

    private static ErrorResponse error(RuntimeException reason) {
        Errors.Failure failure = Errors.failure(reason);
        return ErrorResponse.builder()
                .responseCode(failure.status())
                .withType(failure.type())
                .withMessage(failure.message())
                .build();
    }

    private void cancel(Context context) {
        scans.cancel(sessions.of(context), Paths.table(context), Paths.segment(context, PLAN_ID));
        context.status(204);
    }

    private void tasks(Context context) {
        FetchScanTasksRequest request = Bodies.read(context, FetchScanTasksRequest.class);
        PlanPage page = scans.page(sessions.of(context), Paths.table(context), request.planTask());
        Bodies.answer(
                context,
                FetchScanTasksResponse.builder(page.specs())
                        .withFileScanTasks(page.tasks())
                        .withPlanTasks(page.planTasks())
                        .build());
    }
}
