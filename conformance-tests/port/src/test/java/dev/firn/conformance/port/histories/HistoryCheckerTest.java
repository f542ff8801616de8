package dev.firn.conformance.port.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker finds histories that cannot be. Times are small numbers. */
class HistoryCheckerTest {
    private final History history = new History();

    private void write(String id, long begin, long end, String... registers) {
        history.add(new Write(id, Set.of(registers), "", begin, end));
    }

    private void read(String register, String id, long begin, long end) {
        history.add(Sight.of(register, id.isEmpty() ? State.INITIAL : state(id), begin, end));
    }

    private static State state(String id) {
        return new State(id, "snapshot of " + id);
    }

    private static List<State> sequence(String... ids) {
        List<State> states = new java.util.ArrayList<>(List.of(State.INITIAL));
        List.of(ids).forEach(id -> states.add(state(id)));
        return states;
    }

    private List<String> check(List<State> t) {
        return HistoryChecker.faults(history, Map.of("t", t));
    }

    private List<String> check(List<State> t, List<State> u) {
        return HistoryChecker.faults(history, Map.of("t", t, "u", u));
    }

    @Test
    void goodHistory() {
        write("a", 1, 4, "t");
        write("b", 2, 5, "t", "u");
        write("c", 6, 7, "t");
        read("t", "", 1, 2);
        read("t", "b", 3, 4);
        read("u", "b", 4, 8);
        assertThat(check(sequence("a", "b", "c"), sequence("b"))).isEmpty();
    }

    @Test
    void lostUpdate() {
        write("a", 1, 2, "t");
        write("b", 1, 2, "t");
        assertThat(check(sequence("b"))).singleElement().asString().contains("lost", "id=a");
    }

    @Test
    void unknownOutcomeMayBeEither() {
        write("a", 1, Write.NEVER, "t");
        write("b", 1, Write.NEVER, "t");
        assertThat(check(sequence("b"))).isEmpty();
    }

    @Test
    void staleRead() {
        write("a", 1, 2, "t");
        write("b", 3, 4, "t");
        read("t", "a", 5, 6);
        assertThat(check(sequence("a", "b"))).singleElement().asString().contains("fits none of the places 2 to 2");
    }

    @Test
    void readsThatGoBack() {
        write("a", 1, 9, "t");
        read("t", "a", 2, 3);
        read("t", "", 4, 5);
        assertThat(check(sequence("a"))).singleElement().asString().contains("fits none of the places 1 to 1");
    }

    @Test
    void readOfTheFuture() {
        write("a", 3, 4, "t");
        read("t", "a", 1, 2);
        assertThat(check(sequence("a"))).isNotEmpty();
    }

    @Test
    void readOfWhatNeverWas() {
        read("t", "x", 1, 2);
        assertThat(check(sequence())).singleElement().asString().contains("never was so");
    }

    @Test
    void orderAgainstTime() {
        write("a", 1, 2, "t");
        write("b", 3, 4, "t");
        assertThat(check(sequence("b", "a"))).isNotEmpty();
    }

    @Test
    void halfTransaction() {
        write("a", 1, 2, "t", "u");
        assertThat(check(sequence("a"), sequence())).singleElement().asString().contains("half there, missing in [u]");
    }

    @Test
    void halfTransactionOfUnknownOutcome() {
        write("a", 1, Write.NEVER, "t", "u");
        assertThat(check(sequence(), sequence("a"))).singleElement().asString().contains("half there, missing in [t]");
    }

    /** Whole in the end, but seen in one table before it was in the other. */
    @Test
    void transactionSeenInParts() {
        write("a", 1, 9, "t", "u");
        read("t", "a", 2, 3);
        read("u", "", 4, 5);
        assertThat(check(sequence("a"), sequence("a")))
                .singleElement()
                .asString()
                .contains("u:", "places 1 to 1");
    }

    @Test
    void appliedTwice() {
        write("a", 1, 2, "t");
        assertThat(check(sequence("a", "a"))).anyMatch(fault -> fault.contains("applied twice"));
    }

    @Test
    void madeFromAnotherStateThanItAskedFor() {
        write("a", 1, 2, "t");
        write("b", 1, 2, "t");
        history.add(new Write("c", Set.of("t"), "snapshot of a", 3, 4));
        assertThat(check(sequence("a", "b", "c"))).singleElement().asString().contains("made from snapshot of a");
    }

    @Test
    void refusedAlthoughTheRequirementHeld() {
        write("a", 1, 2, "t");
        history.add(new Sight("t", "a conflict", 3, 4, state -> !state.content().equals("snapshot of a")));
        write("b", 5, 6, "t");
        assertThat(check(sequence("a", "b"))).singleElement().asString().contains("a conflict fits none");
    }

    @Test
    void nobodyWroteIt() {
        assertThat(check(sequence("x"))).anyMatch(fault -> fault.contains("nobody wrote"));
    }
}
