package dev.firn.scan;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Tables;
import dev.firn.store.Entry;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchPlanIdException;
import org.apache.iceberg.exceptions.NoSuchPlanTaskException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;

/**
 * Plans scans for clients. A plan lives in memory only: it does not survive a restart, nor its time.
 *
 * <p>Every method throws {@link org.apache.iceberg.exceptions.NoSuchTableException} if the table does not exist.
 */
public final class Scans implements AutoCloseable {
    /** How much of the memory for parsed manifests plans may take beside them: one in this many. */
    private static final int PLAN_SHARE = 4;
    /** What a parsed filter takes in memory, in multiples of its JSON. */
    private static final int PARSED_FACTOR = 8;
    /** Stands in a plan task between the plan and the number of its page. */
    private static final char SEPARATOR = '/';

    private final Tables tables;
    private final ScanLimits limits;
    private final Workers workers = new Workers();
    private final BackgroundPlanning background = new BackgroundPlanning();
    private final ScanRequests requests;
    private final Plans plans;

    /** Plans over these tables, whose metadata is read with {@code io}. */
    public Scans(Tables tables, FileIO io, ScanLimits limits) {
        this.tables = tables;
        this.limits = limits;
        this.requests = new ScanRequests(new Manifests(io, limits.cacheBytes()), workers, limits.filesPerAnswer());
        this.plans = new Plans(limits.planLifetime(), limits.cacheBytes() / PLAN_SHARE, System::nanoTime);
    }

    /**
     * Plans a scan, or, if it is large, begins to.
     *
     * @param requestBytes how long the request is
     * @throws org.apache.iceberg.exceptions.BadRequestException if what it asks for does not exist
     * @throws org.apache.iceberg.exceptions.ServiceUnavailableException if too many large scans are being planned
     */
    public Plan plan(CatalogSession session, TableIdentifier table, PlanTableScanRequest request, long requestBytes) {
        Entry entry = tables.load(session, table);
        tables.requireNotPurged(session, entry);
        ScanRequests.Work work = tables.read(entry, document -> requests.prepare(document.metadata(), request));
        Plan plan = new Plan(UUID.randomUUID().toString(), entry.uuid(), PARSED_FACTOR * requestBytes);
        if (work.files() <= limits.filesWhileWaiting()) {
            plan.end(new PlanState.Completed(plans.requireRoom(work.plan())));
            plans.keep(plan);
        } else {
            plans.keep(plan);
            background.begin(plan, () -> plans.requireRoom(work.plan()), () -> plans.changed(plan));
        }
        return plan;
    }

    /** A plan of a table. Throws {@link NoSuchPlanIdException} if there is none of this name any more. */
    public Plan find(CatalogSession session, TableIdentifier table, String id) {
        String uuid = tables.load(session, table).uuid();
        return plans.find(id)
                .filter(plan -> plan.isOf(uuid))
                .orElseThrow(() ->
                        new NoSuchPlanIdException("Plan does not exist, or no longer; plan the scan again: %s", id));
    }

    /** Forgets what a plan holds and stops the work on it. Throws {@link NoSuchPlanIdException} if there is none of this name any more. */
    public void cancel(CatalogSession session, TableIdentifier table, String id) {
        Plan plan = find(session, table, id);
        plan.cancel();
        plans.changed(plan);
    }

    /** The first page of a plan, and what the others are fetched by. */
    public PlanPage first(Plan plan, PlannedScan scan) {
        List<String> others = IntStream.range(1, scan.pages())
                .mapToObj(page -> plan.id() + SEPARATOR + page)
                .toList();
        return new PlanPage(scan.tasks(0), scan.specs(), others);
    }

    /** The page of a plan task. Throws {@link NoSuchPlanTaskException} if there is none of this name any more. */
    public PlanPage page(CatalogSession session, TableIdentifier table, String planTask) {
        String uuid = tables.load(session, table).uuid();
        int end = planTask.lastIndexOf(SEPARATOR);
        PlannedScan scan = plans.find(planTask.substring(0, Math.max(0, end)))
                .filter(plan -> plan.isOf(uuid))
                .map(plan -> plan.state() instanceof PlanState.Completed completed ? completed.scan() : null)
                .orElseThrow(() -> noSuchTask(planTask));
        int page = pageNumber(planTask, end + 1);
        if (page < 1 || page >= scan.pages() || !planTask.endsWith(SEPARATOR + String.valueOf(page))) {
            throw noSuchTask(planTask);
        }
        return new PlanPage(scan.tasks(page), scan.specs(), List.of());
    }

    private static int pageNumber(String planTask, int start) {
        try {
            return Integer.parseInt(planTask, start, planTask.length(), 10);
        } catch (NumberFormatException e) {
            throw noSuchTask(planTask);
        }
    }

    private static NoSuchPlanTaskException noSuchTask(String planTask) {
        return new NoSuchPlanTaskException("Plan task does not exist, or no longer; plan the scan again: %s", planTask);
    }

    /** Stops the work that is under way. */
    @Override
    public void close() {
        background.close();
        workers.close();
    }
}
