package dev.firn.conformance.port.events;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A receiver that speaks HTTP/1.0, as that of Python's standard library does: it answers, and closes the connection a moment later without having said so. */
final class CurtReceiver implements AutoCloseable {
    private static final Duration MOMENT = Duration.ofMillis(3);

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger taken = new AtomicInteger();

    private CurtReceiver() throws IOException {}

    static CurtReceiver start() throws IOException {
        CurtReceiver receiver = new CurtReceiver();
        Thread thread = new Thread(receiver::serve, "curt-receiver");
        thread.setDaemon(true);
        thread.start();
        return receiver;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                read(connection.getInputStream());
                taken.incrementAndGet();
                connection
                        .getOutputStream()
                        .write("HTTP/1.0 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                LockSupport.parkNanos(MOMENT.toNanos());
            } catch (IOException e) {
                // Whoever sent it sees that it was not taken.
                continue;
            }
        }
    }

    private static void read(InputStream request) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = request.read();
            if (next < 0) {
                throw new IOException("The request has ended in its head");
            }
            head.append((char) next);
        }
        for (String line : head.toString().split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                request.readNBytes(
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()));
            }
        }
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/hook";
    }

    /** How many events it has taken. */
    int taken() {
        return taken.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
