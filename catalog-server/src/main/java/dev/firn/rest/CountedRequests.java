package dev.firn.rest;

import dev.firn.catalog.MemoryBudget;
import dev.firn.catalog.OverBudgetException;
import io.javalin.http.Context;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Counts what requests take of the {@link MemoryBudget} for those that wait: each that may change something for itself, and its body as it comes, not as it is announced. Reads are not
 * counted: they wait for nothing but a thread.
 *
 * <p>Of one that is refused the rest of the body is read and forgotten, so that its client comes to read the answer: most send all before they look for it.
 */
final class CountedRequests extends Handler.Wrapper {
    /** What a request takes without its body, in bytes: measured with small commits. */
    private static final long REQUEST = 16 * 1024;

    /** What a body takes with all that is parsed from it, in multiples of its bytes: 3 was measured for one long text, 4 to 5 for snapshots and schemas, 12 for many small properties. */
    private static final int PARSED_FACTOR = 8;

    private final MemoryBudget budget;
    private final long largestBody;

    CountedRequests(MemoryBudget budget, long largestBody) {
        this.budget = budget;
        this.largestBody = largestBody;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (isRead(request)) {
            return super.handle(request, response, callback);
        }
        Counted counted = new Counted(request, budget.share(), largestBody);
        // However it ends: answered, cut off, or given up.
        Request.addCompletionListener(request, failure -> counted.share.release());
        counted.begin();
        return super.handle(counted, response, callback);
    }

    private static boolean isRead(Request request) {
        return switch (request.getMethod()) {
            case "GET", "HEAD", "OPTIONS" ->
                request.getLength() <= 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
            default -> false;
        };
    }

    /** What this request has taken; nothing if it is not counted. */
    static Optional<MemoryBudget.Share> share(Context context) {
        return of(context).map(counted -> counted.share);
    }

    /** Throws {@link OverBudgetException} if this request was refused. */
    static void requireBudget(Context context) {
        of(context).ifPresent(counted -> {
            OverBudgetException refusal = counted.refusal;
            if (refusal != null) {
                throw refusal;
            }
        });
    }

    /** Takes memory for a body that has come compressed, by the bytes that it holds. */
    static void take(Context context, int bytes) {
        of(context).ifPresent(counted -> counted.share.take((long) bytes * PARSED_FACTOR));
    }

    /** From here on the body is used piece by piece and is not kept. */
    static void bodyIsNotKept(Context context) {
        of(context).ifPresent(Counted::giveBody);
    }

    private static Optional<Counted> of(Context context) {
        return Optional.ofNullable(
                Request.as(ServletContextRequest.getServletContextRequest(context.req()), Counted.class));
    }

    private static final class Counted extends Request.Wrapper {
        private final MemoryBudget.Share share;
        private final long largestBody;
        private long body;
        private long forgotten;
        private boolean kept = true;

        /** Written by who reads the body, before it is handed on. */
        private volatile @Nullable OverBudgetException refusal;

        Counted(Request request, MemoryBudget.Share share, long largestBody) {
            super(request);
            this.share = share;
            this.largestBody = largestBody;
        }

        void begin() {
            take(REQUEST);
        }

        private boolean take(long bytes) {
            try {
                share.take(bytes);
                return true;
            } catch (OverBudgetException e) {
                refusal = e;
                return false;
            }
        }

        void giveBody() {
            kept = false;
            share.give(body * PARSED_FACTOR);
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.Chunk chunk = super.read();
            while (chunk != null && !Content.Chunk.isFailure(chunk) && !isTaken(chunk)) {
                OverBudgetException refused = refusal;
                forgotten += chunk.remaining();
                boolean last = chunk.isLast() || forgotten > largestBody;
                chunk.release();
                if (last && refused != null) {
                    return Content.Chunk.from(refused, true);
                }
                chunk = super.read();
            }
            return chunk;
        }

        private boolean isTaken(Content.Chunk chunk) {
            int bytes = chunk.remaining();
            if (refusal != null || kept && bytes > 0 && !take((long) bytes * PARSED_FACTOR)) {
                return false;
            }
            body += bytes;
            return true;
        }
    }
}
