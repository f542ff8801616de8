package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(100);
    private final MemoryBudget.Share first = budget.share();
    private final MemoryBudget.Share second = budget.share();

    @Test
    void oneAtATimeMayTakeTooMuch() {
        first.take(60);
        second.take(60);
        assertThat(budget.taken()).isEqualTo(60);
        second.take(1_000);
        assertThatThrownBy(() -> first.take(60)).isInstanceOf(OverBudgetException.class);
        assertThat(budget.taken()).isEqualTo(60);
        second.release();
        first.take(60);
        assertThat(budget.taken()).isZero();
        first.release();
        assertThat(budget.taken()).isZero();
        first.take(60);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void allGoesBackWithTheLastHolder() {
        first.take(60);
        first.hold();
        first.release();
        assertThat(budget.taken()).isEqualTo(60);
        first.give(20);
        assertThat(budget.taken()).isEqualTo(40);
        first.release();
        assertThat(budget.taken()).isZero();
    }

    /** The client has gone, and what it asked for begins to wait afterwards. */
    @Test
    void whoIsHeldAgain() {
        first.take(60);
        first.release();
        first.take(10);
        first.hold();
        first.take(30);
        assertThat(budget.taken()).isEqualTo(30);
        first.give(40);
        assertThat(budget.taken()).isZero();
        first.release();
        assertThat(budget.taken()).isZero();
    }

    /** In the order in which they asked, so that small ones do not keep a large one waiting. */
    @Test
    void whoWaitsComesInTurn() throws Exception {
        MemoryBudget.Share beyond = budget.share();
        first.take(60);
        beyond.take(1_000);
        Thread large = waiting(second, 90);
        Thread small = waiting(budget.share(), 20);
        assertThat(budget.taken()).isEqualTo(60);
        first.release();
        large.join();
        assertThat(budget.taken()).isEqualTo(90);
        second.give(10);
        small.join();
        assertThat(budget.taken()).isEqualTo(100);
    }

    @Test
    void whoHasTooMuchNoLongerMakesRoomForAnother() {
        first.take(1_000);
        first.give(940);
        assertThat(budget.taken()).isEqualTo(60);
        second.await(1_000);
        assertThat(budget.taken()).isEqualTo(60);
        first.release();
        second.release();
        assertThat(budget.taken()).isZero();
    }

    /** It could not end otherwise, and nobody who waits for it. */
    @Test
    void whoHasTooMuchWaitsForNobody() throws Exception {
        first.take(1_000);
        Thread other = waiting(second, 1_000);
        first.await(1_000);
        first.release();
        other.join();
    }

    /** Takes so much on another thread, which has to wait for it. */
    private static Thread waiting(MemoryBudget.Share share, long bytes) {
        Thread thread = new Thread(() -> share.await(bytes));
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }
}
