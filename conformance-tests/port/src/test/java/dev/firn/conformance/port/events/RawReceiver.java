package dev.firn.conformance.port.events;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Something that takes connections, says what the test wants to each request, whether that is HTTP or not, and closes its side first only if it shall. */
final class RawReceiver implements AutoCloseable {
    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private final List<String> requestLines = new CopyOnWriteArrayList<>();
    private final String answer;

    /** How many requests of a connection are answered; it is closed without a word when the next one is there. */
    private final int answersOfAConnection;

    private RawReceiver(String address, String answer, int answersOfAConnection) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getByName(address));
        this.answer = answer;
        this.answersOfAConnection = answersOfAConnection;
        threads.execute(this::accept);
    }

    static RawReceiver saying(String answer) throws IOException {
        return new RawReceiver("127.0.0.1", answer, Integer.MAX_VALUE);
    }

    static RawReceiver sayingOnce(String answer) throws IOException {
        return new RawReceiver("127.0.0.1", answer, 1);
    }

    static RawReceiver at(String address, String answer) throws IOException {
        return new RawReceiver(address, answer, Integer.MAX_VALUE);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                accepted.incrementAndGet();
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                // Closed: the test is over.
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            for (int answers = 0;
                    readRequest(connection.getInputStream()) && answers < answersOfAConnection;
                    answers++) {
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                connection.getOutputStream().flush();
            }
        } catch (IOException e) {
            // A reset is an end too.
        } finally {
            ended.incrementAndGet();
        }
    }

    /** False at the end of the connection. */
    private boolean readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        requestLines.add(head.substring(0, head.indexOf("\r\n")));
        for (String line : head.toString().toLowerCase(Locale.ROOT).split("\r\n")) {
            if (line.startsWith("content-length:")) {
                in.readNBytes(
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()));
            }
        }
        return true;
    }

    String url() {
        String host = socket.getInetAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + socket.getLocalPort() + "/hook";
    }

    /** The first line of each request. */
    List<String> requestLines() {
        return List.copyOf(requestLines);
    }

    /** Connections that were ever made. */
    int connections() {
        return accepted.get();
    }

    /** Connections of which the other side is still open. */
    int open() {
        int over = ended.get();
        return accepted.get() - over;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
