package dev.firn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SubmissionTest {
    private final CompletableFuture<Long> outcome = new CompletableFuture<>();
    private final Submission<Long> submission = new Submission<>(outcome);
    private final List<String> done = new ArrayList<>();

    @Test
    void whatFollowsRunsOnceTheOutcomeIsKnown() {
        submission.whenSettled(Runnable::run, () -> done.add("next"), () -> done.add("in place"));
        assertThat(done).isEmpty();
        outcome.complete(1L);
        assertThat(done).containsExactly("next");
    }

    @Test
    void whatFollowsRunsAfterAFailureToo() {
        outcome.completeExceptionally(new IllegalStateException("failed"));
        submission.whenSettled(Runnable::run, () -> done.add("next"), () -> done.add("in place"));
        assertThat(done).containsExactly("next");
    }

    @Test
    void whatFollowsRunsAlsoIfThereIsNoThreadForIt() {
        submission.whenSettled(
                work -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                () -> done.add("next"),
                () -> done.add("first in place"));
        submission.whenSettled(
                work -> {
                    throw new RejectedExecutionException("stopped");
                },
                () -> done.add("next"),
                () -> done.add("second in place"));
        outcome.complete(1L);
        assertThat(done).containsExactlyInAnyOrder("first in place", "second in place");
    }
}
