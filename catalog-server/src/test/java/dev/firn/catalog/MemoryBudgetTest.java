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
}
