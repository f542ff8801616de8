package dev.firn.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SyncRoundTest {
    private static final Path FIRST = Path.of("first");
    private static final Path SECOND = Path.of("second");
    private static final Path THIRD = Path.of("third");

    private final Set<Path> synced = ConcurrentHashMap.newKeySet();
    private final ExecutorService helpers = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        helpers.shutdownNow();
    }

    @Test
    void allIsDoneBySomebodyAlone() {
        assertThat(SyncRound.run(List.of(FIRST, SECOND, THIRD), synced::add, Runnable::run))
                .isNull();
        assertThat(synced).containsExactlyInAnyOrder(FIRST, SECOND, THIRD);
    }

    @Test
    void helpersThatNeverComeAreNotWaitedFor() {
        assertThat(SyncRound.run(List.of(FIRST, SECOND), synced::add, work -> {}))
                .isNull();
        assertThat(synced).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void helpersThatCannotBeHadAreDoneWithout() {
        assertThat(SyncRound.run(List.of(FIRST, SECOND), synced::add, work -> {
                    throw new RejectedExecutionException();
                }))
                .isNull();
        assertThat(synced).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void severalAreWaitedForAtOnce() {
        CountDownLatch underWay = new CountDownLatch(3);
        assertThat(SyncRound.run(
                        List.of(FIRST, SECOND, THIRD),
                        path -> {
                            together(underWay);
                            synced.add(path);
                        },
                        helpers))
                .isNull();
        assertThat(synced).containsExactlyInAnyOrder(FIRST, SECOND, THIRD);
    }

    /** Of a write that failed the system tells once: nobody must take it for a file that only cannot be opened. */
    @Test
    void aFailedWriteIsToldRatherThanAFileThatCannotBeOpened() {
        CountDownLatch underWay = new CountDownLatch(3);
        CountDownLatch refused = new CountDownLatch(1);
        SyncRound.Failure failure = SyncRound.run(
                List.of(FIRST, SECOND, THIRD),
                path -> {
                    together(underWay);
                    if (path.equals(SECOND)) {
                        refused.countDown();
                        throw new AccessDeniedException("second");
                    }
                    await(refused);
                    if (path.equals(THIRD)) {
                        throw new IOException("Input/output error");
                    }
                },
                helpers);
        assertThat(failure).isNotNull();
        assertThat(failure.path()).isEqualTo(THIRD);
        assertThat(failure.cause()).hasMessage("Input/output error");
    }

    @Test
    void whatFailsOtherwiseIsToldToo() {
        SyncRound.Failure failure = SyncRound.run(
                List.of(FIRST, SECOND),
                path -> {
                    throw new IllegalStateException("odd");
                },
                Runnable::run);
        assertThat(failure).isNotNull();
        assertThat(failure.path()).isEqualTo(FIRST);
        assertThat(failure.cause()).hasMessage("odd").hasCauseInstanceOf(IllegalStateException.class);
    }

    private static void together(CountDownLatch latch) throws IOException {
        latch.countDown();
        await(latch);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
