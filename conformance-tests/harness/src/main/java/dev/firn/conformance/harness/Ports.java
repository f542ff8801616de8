package dev.firn.conformance.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports for servers, from a range that this process has for itself: of two that run tests side by side neither is ever given a port that the other is about to listen
 * on, and the operating system takes those of outgoing connections from above all of them.
 */
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int RANGE = 500;
    private static final int RANGES = 24;

    /** Listens on the first port of the range for as long as this process lives, by which others see whose it is. */
    private static final ServerSocket CLAIM = claim();

    private static int given;

    private Ports() {}

    private static ServerSocket claim() {
        for (int range = 0; range < RANGES; range++) {
            try {
                return listen(FIRST + range * RANGE);
            } catch (IOException e) {
                // Another process has it: the next one.
                continue;
            }
        }
        throw new IllegalStateException("No range of ports is free from " + FIRST + " on");
    }

    /** A port that nobody listens on at this moment. */
    public static synchronized int free() {
        for (int tried = 1; tried < RANGE; tried++) {
            int port = CLAIM.getLocalPort() + 1 + given++ % (RANGE - 1);
            try (ServerSocket socket = listen(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Somebody listens there, or did just now: the next one.
                continue;
            }
        }
        throw new IllegalStateException("No port is free from " + CLAIM.getLocalPort() + " on");
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
