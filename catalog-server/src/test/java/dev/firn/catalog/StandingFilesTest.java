package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandingFilesTest {
    private static final long PATIENCE_SECONDS = 30;

    private final StandingFiles standing = new StandingFiles();

    @Test
    void nothingIsDeletedWhileSomebodyReliesOnFiles() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> relying = CompletableFuture.supplyAsync(() -> standing.relyOn(() -> {
            begun.countDown();
            return await(end);
        }));
        assertThat(await(begun)).isTrue();
        // Nor is anybody else kept waiting for that.
        assertThat(standing.deleting(() -> true)).isFalse();
        assertThat(standing.<String>relyOn(() -> "another")).isEqualTo("another");
        CompletableFuture<Boolean> awaiting = CompletableFuture.supplyAsync(() -> {
            standing.awaitThoseWhoRely();
            return relying.isDone() || end.getCount() == 0;
        });
        end.countDown();
        assertThat(relying.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(awaiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it waited")
                .isTrue();
        assertThat(standing.deleting(() -> true)).isTrue();
        assertThat(standing.deleting(() -> false)).isFalse();
    }

    @Test
    void whoRelyOnFilesLookAfterADeletion() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> deleting = CompletableFuture.supplyAsync(() -> standing.deleting(() -> {
            begun.countDown();
            boolean ended = await(end);
            order.add("deleted");
            return ended;
        }));
        assertThat(await(begun)).isTrue();
        CompletableFuture<Boolean> relying =
                CompletableFuture.supplyAsync(() -> standing.relyOn(() -> order.add("looked")));
        end.countDown();
        assertThat(deleting.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(relying.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("deleted", "looked");
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
