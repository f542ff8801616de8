package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Once;
import dev.firn.catalog.Receipts;
import dev.firn.store.Receipt;
import dev.firn.store.ReceiptTakenException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does requests with an {@code Idempotency-Key} once: the first outcome is stored with the change that it tells of, and a repetition is answered with it.
 * Outcomes are those that the specification has replayed: 2xx, and 4xx that would come again; never 5xx. A request without the header passes through.
 */
final class Idempotency {
    /** How long clients may repeat a request; {@code idempotency-key-lifetime} of the configuration. */
    static final Duration LIFETIME = Duration.ofMinutes(30);

    /** Longer than promised, for clients whose clocks go wrong and requests that are under way. */
    private static final Duration KEPT = LIFETIME.plusMinutes(5);

    private static final String HEADER = "Idempotency-Key";
    private static final String ONCE = "firn.once";
    private static final String TURN = "firn.turn";

    private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);

    private final Sessions sessions;
    private final Receipts receipts;
    private final Replays replays;
    private final RecentAnswers recent = new RecentAnswers(KEPT);
    private final Turns turns = new Turns();

    Idempotency(Sessions sessions, Receipts receipts, Replays replays) {
        this.sessions = sessions;
        this.receipts = receipts;
        this.replays = replays;
    }

    /** The same handler, for requests that may be repeated. */
    Handler once(Handler handler) {
        return keyed(handler, this::answer);
    }

    /** The same handler, for requests that change what no catalog has: the outcome is stored right after the change, not with it. */
    Handler onceAfterwards(Handler handler) {
        return keyed(handler, this::answerAndRemember);
    }

    /** Refuses a request with a key: to be called where one that is repeated cannot be told from another. */
    static void requireNoKey(Context context, String instead) {
        if (context.header(HEADER) != null) {
            throw new BadRequestException("An Idempotency-Key is not taken here: %s", instead);
        }
    }

    /** The same handler, for requests that change nothing which outlives the process: nor does the memory of their outcome. */
    Handler onceInMemory(Handler handler) {
        return keyed(handler, this::answerInMemory);
    }

    private interface Way {
        void answer(Context context, Turns.Turn turn, Handler handler) throws Exception;
    }

    private Handler keyed(Handler handler, Way way) {
        return context -> {
            String header = context.header(HEADER);
            if (header == null) {
                handler.handle(context);
            } else {
                turns.take(context, key(header), turn -> way.answer(context, turn, handler));
            }
        };
    }

    /** What is to be remembered of this request; null if nothing is. */
    static @Nullable Once of(Context context) {
        return context.attribute(ONCE);
    }

    /** In whose turn this request is answered; null if it is to be answered as often as it comes. */
    static Turns.@Nullable Turn turn(Context context) {
        return context.attribute(TURN);
    }

    private void answer(Context context, Turns.Turn turn, Handler handler) throws Exception {
        String key = turn.key();
        String request = digest(context, sessions.ofAny(context));
        if (isReplayed(context, key, request)) {
            return;
        }
        Once once = result -> new Receipt(key, request, replays.outcome(result), KEPT);
        context.attribute(ONCE, once);
        Turns.Failed failed = failure -> answerFailure(context, key, request, failure);
        turn.whenFailed(failed);
        context.attribute(TURN, turn);
        try {
            handler.handle(context);
        } catch (Exception e) {
            failed.answer(e);
        }
    }

    private void answerFailure(Context context, String key, String request, Exception failure) throws Exception {
        try {
            rememberRefusal(key, request, failure);
        } catch (ReceiptTakenException e) {
            // By another process over the same state.
            replay(context, receipts.find(key).orElseThrow(() -> e), request);
            return;
        }
        throw failure;
    }

    private void answerAndRemember(Context context, Turns.Turn turn, Handler handler) throws Exception {
        String key = turn.key();
        String request = digest(context, sessions.ofAny(context));
        if (isReplayed(context, key, request)) {
            return;
        }
        try {
            handler.handle(context);
        } catch (Exception e) {
            rememberRefusal(key, request, e);
            throw e;
        }
        try {
            receipts.remember(new Receipt(key, request, replays.outcome(context), KEPT));
        } catch (RuntimeException e) {
            // It is done, and is to be told so.
            LOG.warn("A request with an Idempotency-Key is not remembered, its repetition would be done again", e);
        }
    }

    /** Answers a repetition, and tells whether it was one. */
    private boolean isReplayed(Context context, String key, String request) throws Exception {
        Optional<Receipt> known = receipts.find(key);
        if (known.isPresent()) {
            replay(context, known.get(), request);
            return true;
        }
        if (recent.find(key).isPresent()) {
            throw usedForAnother(key);
        }
        return false;
    }

    private void answerInMemory(Context context, Turns.Turn turn, Handler handler) throws Exception {
        String key = turn.key();
        String request = digest(context, sessions.ofAny(context));
        Optional<RecentAnswers.Recent> known = recent.find(key);
        if (receipts.find(key).isPresent()
                || known.isPresent() && !known.get().request().equals(request)) {
            throw usedForAnother(key);
        }
        if (known.isPresent()) {
            known.get().send(context);
            return;
        }
        try {
            handler.handle(context);
            recent.remember(key, request, context);
        } catch (Exception e) {
            Errors.Failure failure = Errors.failure(e);
            if (failure.comesAgain()) {
                recent.remember(key, request, failure);
            }
            throw e;
        }
    }

    private void rememberRefusal(String key, String request, Exception reason) {
        if (reason instanceof ReceiptTakenException taken) {
            throw taken;
        }
        Errors.Failure failure = Errors.failure(reason);
        if (failure.comesAgain()) {
            receipts.remember(new Receipt(key, request, replays.outcome(failure), KEPT));
        }
    }

    private void replay(Context context, Receipt known, String request) throws Exception {
        if (!known.request().equals(request)) {
            throw usedForAnother(known.key());
        }
        replays.send(context, known.outcome());
    }

    private static BadRequestException usedForAnother(String key) {
        return new BadRequestException("The Idempotency-Key was used for another request: %s", key);
    }

    /** Any version of UUID is taken: version 7, which the specification names, only keeps keys in the order of time. */
    private static String key(String header) {
        if (header.length() == 36) {
            try {
                return UUID.fromString(header).toString();
            } catch (IllegalArgumentException e) {
                throw new BadRequestException(e, "Idempotency-Key is not a UUID: %s", header);
            }
        }
        throw new BadRequestException("Idempotency-Key is not a UUID of 36 characters: %s", header);
    }

    /** Two requests are the same if the same caller asks the same of the same catalog. */
    private static String digest(Context context, CatalogSession session) {
        String head = String.join(
                "\n",
                session.principal(),
                session.name(),
                context.method().name(),
                context.endpoint().path.replaceFirst("^/v1/\\{prefix}", "/v1"),
                Paths.segments(context),
                String.valueOf(context.queryString()),
                "");
        return Digests.sha256(head.getBytes(StandardCharsets.UTF_8), Bodies.bytes(context));
    }
}
