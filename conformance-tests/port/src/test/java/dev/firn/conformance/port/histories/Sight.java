package dev.firn.conformance.port.histories;

import java.util.function.Predicate;

/**
 * What an answer tells of a register: at some moment between begin and end its state was one of these.
 *
 * @param what for messages
 */
record Sight(String register, String what, long begin, long end, Predicate<State> fits) {
    /** A read of exactly this state. */
    static Sight of(String register, State state, long begin, long end) {
        return new Sight(register, "a read of " + state, begin, end, state::equals);
    }
}
