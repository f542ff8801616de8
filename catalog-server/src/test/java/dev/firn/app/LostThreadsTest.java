package dev.firn.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LostThreadsTest {
    /** A process of which one thread ends by a failure. */
    static final class Losing {
        private Losing() {}

        /** With an argument, the failure is the want of memory. */
        public static void main(String[] arguments) throws InterruptedException {
            Thread.setDefaultUncaughtExceptionHandler(new LostThreads());
            Thread lost = new Thread(
                    () -> {
                        if (arguments.length > 0) {
                            throw new OutOfMemoryError("Java heap space");
                        }
                        throw new IllegalStateException("something else");
                    },
                    "lost");
            lost.start();
            lost.join();
        }
    }

    private record Ended(int exitCode, String log) {}

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Losing.class.getName());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), log);
    }

    @Test
    void endsTheProcessWithoutMemory() throws Exception {
        Ended ended = run("memory");
        assertThat(ended.exitCode()).as(ended.log()).isEqualTo(3);
        assertThat(ended.log()).contains("firn: the server ends, as it has no memory left");
    }

    @Test
    void tellsOfOtherFailures() throws Exception {
        Ended ended = run();
        assertThat(ended.exitCode()).as(ended.log()).isZero();
        assertThat(ended.log()).contains("The thread lost has ended", "IllegalStateException: something else");
    }
}
