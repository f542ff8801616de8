package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DeletionLockTest {
    private static final long PATIENCE_SECONDS = 30;

    private final DeletionLock deletions = new DeletionLock();

    @Test
    void nothingIsDeletedWhileSomebodyReliesOnFiles() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> relying = relyingOnFilesUntil(end);
        // Nor is anybody else kept waiting for that.
        assertThat(deletions.deleting(() -> true)).isFalse();
        assertThat(deletions.<String>withoutDeletions(() -> "another")).isEqualTo("another");
        CompletableFuture<Boolean> awaiting = CompletableFuture.supplyAsync(() -> {
            deletions.awaitThoseBegun();
            return relying.isDone() || end.getCount() == 0;
        });
        end.countDown();
        assertThat(relying.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(awaiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it waited")
                .isTrue();
        assertThat(deletions.deleting(() -> true)).isTrue();
        assertThat(deletions.deleting(() -> false)).isFalse();
    }

    /** A registration may take as long as a slow disk needs to write what it names. */
    @Test
    void whoWaitsForThoseBegunHoldsUpNobodyElse() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> relying = relyingOnFilesUntil(end);
        Thread awaiting = new Thread(deletions::awaitThoseBegun);
        awaiting.start();
        Awaitility.await().until(() -> awaiting.getState() == Thread.State.WAITING);

        CompletableFuture<Boolean> another =
                CompletableFuture.supplyAsync(() -> deletions.withoutDeletions(() -> end.getCount() == 1));
        try {
            assertThat(another.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("it ended before the first")
                    .isTrue();
            assertThat(awaiting.isAlive()).isTrue();
        } finally {
            end.countDown();
        }
        assertThat(relying.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        awaiting.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertThat(awaiting.isAlive()).isFalse();
    }

    @Test
    void whoFailsIsNotWaitedForForEver() {
        assertThatThrownBy(() -> deletions.withoutDeletions(() -> {
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");

        deletions.awaitThoseBegun();
    }

    @Test
    void whoRelyOnFilesLookAfterADeletion() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> deleting = CompletableFuture.supplyAsync(() -> deletions.deleting(() -> {
            begun.countDown();
            boolean ended = await(end);
            order.add("deleted");
            return ended;
        }));
        assertThat(await(begun)).isTrue();
        CompletableFuture<Boolean> relying =
                CompletableFuture.supplyAsync(() -> deletions.withoutDeletions(() -> order.add("looked")));
        end.countDown();
        assertThat(deleting.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(relying.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("deleted", "looked");
    }

    /** Returns when it has begun. */
    private CompletableFuture<Boolean> relyingOnFilesUntil(CountDownLatch end) {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> relying = CompletableFuture.supplyAsync(() -> deletions.withoutDeletions(() -> {
            begun.countDown();
            return await(end);
        }));
        assertThat(await(begun)).isTrue();
        return relying;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
