package dev.firn.rest;

import dev.firn.catalog.MemoryBudget;
import dev.firn.catalog.OverBudgetException;
import io.javalin.http.Context;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * Counts large answers that were made for one load, until they are sent: a client may take its time, and the cache may have let go of them meanwhile. Others wait for a while until there
 * is room. Small ones need not be counted, as each has a thread.
 */
final class CountedAnswers {
    private static final long LARGE = 64 * 1024;

    private final MemoryBudget budget;

    CountedAnswers(MemoryBudget budget) {
        this.budget = budget;
    }

    /** To be called before an answer of about so many bytes is made. Throws {@link OverBudgetException} if there is no room for it. */
    void await(Context context, long bytes) {
        if (bytes < LARGE) {
            return;
        }
        MemoryBudget.Share share = budget.share();
        share.await(bytes);
        Request.addCompletionListener(
                ServletContextRequest.getServletContextRequest(context.req()), failure -> share.release());
    }
}
