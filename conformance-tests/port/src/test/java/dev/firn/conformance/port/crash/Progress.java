package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.Answer;
import java.util.concurrent.atomic.AtomicInteger;

/** What clients at work have been answered so far. */
public final class Progress {
    /** What an answer that is no success tells about the request. */
    enum Failure {
        /** It has changed nothing. */
        UNCHANGED,
        /** Nobody knows. */
        UNKNOWN
    }

    private final boolean faults;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger unchanged = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();

    /** With {@code faults} the server may fail, in the two ways that there are; without, it never may. */
    Progress(boolean faults) {
        this.faults = faults;
    }

    void acknowledge() {
        acknowledged.incrementAndGet();
    }

    /** Whether an answer says that the server failed; any other one is to be what the request expects. */
    boolean failed(Answer answer) {
        return faults && answer.status() >= 500;
    }

    /** Which of the two ways of failing it was. Both have an exception of their own. */
    Failure failure(Answer answer) {
        String type = answer.json().at("/error/type").asText();
        if (answer.status() == 503 && type.equals("ServiceUnavailableException")) {
            unchanged.incrementAndGet();
            return Failure.UNCHANGED;
        } else if (type.equals("CommitStateUnknownException")) {
            unknown.incrementAndGet();
            return Failure.UNKNOWN;
        }
        throw new AssertionError("Neither \"nothing changed\" nor \"unknown\": " + answer);
    }

    /** How many requests were answered with success. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** How many were answered with a failure. */
    public int failed() {
        return unchanged.get() + unknown.get();
    }

    @Override
    public String toString() {
        return acknowledged + " acknowledged, " + unchanged + " refused, " + unknown + " unknown";
    }
}
