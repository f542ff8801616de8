package dev.firn.app;

import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a server of which a thread has ended by a failure. If that was for want of memory the process ends, as it does with {@code -XX:+ExitOnOutOfMemoryError}: others may wait
 * for that thread for ever, and whoever looks after the server sees only then that it has to be started again. Nothing is lost by it.
 */
final class LostThreads implements Thread.UncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LostThreads.class);

    /** As the Java virtual machine ends by itself. */
    private static final int OUT_OF_MEMORY = 3;

    /** Made before, as there may be no memory to make it. */
    private final byte[] message =
            "firn: the server ends, as it has no memory left; -Xmx gives it more\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            try {
                System.err.write(message, 0, message.length);
                System.err.flush();
            } finally {
                Runtime.getRuntime().halt(OUT_OF_MEMORY);
            }
        }
        LOG.error("The thread {} has ended", thread.getName(), failure);
    }
}
