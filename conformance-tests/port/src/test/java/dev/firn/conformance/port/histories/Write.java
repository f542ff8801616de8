package dev.firn.conformance.port.histories;

import java.util.Set;

/**
 * A request that changes something, and leaves its own mark there.
 *
 * @param id the mark; no other request leaves the same
 * @param registers what it changes, all at once
 * @param base what it was made from: the snapshot that the version before has to have; empty if it asks for nothing
 * @param begin when it was sent
 * @param end when it was answered; {@link #NEVER} if it was not, or the answer was that nobody knows
 */
record Write(String id, Set<String> registers, String base, long begin, long end) {
    /** Later than everything. */
    static final long NEVER = Long.MAX_VALUE;

    boolean acknowledged() {
        return end != NEVER;
    }
}
