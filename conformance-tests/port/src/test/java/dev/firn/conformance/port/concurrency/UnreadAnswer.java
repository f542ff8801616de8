package dev.firn.conformance.port.concurrency;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.UUID;

/** A request that has been sent, and whose answer nobody has read yet. No thread waits for it. */
final class UnreadAnswer implements Closeable {
    private static final int LONGEST_MILLIS = 60_000;
    private static final int BUFFER = 4096;
    private static final int SOME = 65_536;

    private final Socket socket;
    private final PushbackInputStream stream;

    private UnreadAnswer(Socket socket) throws IOException {
        this.socket = socket;
        this.stream = new PushbackInputStream(socket.getInputStream());
    }

    /** Posts this body, for an answer after which the server closes the connection. */
    static UnreadAnswer to(URI server, String path, String body) throws IOException {
        return to(server, "POST " + path, "", body);
    }

    /** The same for a deletion. */
    static UnreadAnswer toDelete(URI server, String path) throws IOException {
        return to(server, "DELETE " + path, "", "");
    }

    /** The same for a request that is to be done once. */
    static UnreadAnswer toOnce(URI server, String path, UUID key, String body) throws IOException {
        return to(server, "POST " + path, "Idempotency-Key: " + key + "\r\n", body);
    }

    /** Posts this content, which the header describes: how long it is, or that it comes in chunks, and how it is encoded. It may be less than the header says. */
    static UnreadAnswer toPost(URI server, String path, String header, byte[] content) throws IOException {
        return send(server, "POST " + path, header, content);
    }

    private static UnreadAnswer to(URI server, String request, String header, String body) throws IOException {
        byte[] content = body.getBytes(UTF_8);
        return send(server, request, header + "Content-Length: " + content.length + "\r\n", content);
    }

    private static UnreadAnswer send(URI server, String request, String header, byte[] content) throws IOException {
        Socket socket = new Socket();
        // Before it connects, as the operating system tells the server then how much it takes.
        socket.setReceiveBufferSize(BUFFER);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.setSoTimeout(LONGEST_MILLIS);
        String head = request + " HTTP/1.1\r\nHost: " + server.getAuthority()
                + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + header + "\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        socket.getOutputStream().write(content);
        return new UnreadAnswer(socket);
    }

    /** Whether some of it has come. */
    boolean hasCome() throws IOException {
        return stream.available() > 0;
    }

    /** Waits for its first byte. */
    void awaitFirst() throws IOException {
        stream.unread(stream.read());
    }

    /** Waits for some more of it, and gives how many bytes that were; -1 at its end. */
    int readSome() throws IOException {
        return stream.read(new byte[SOME]);
    }

    /** Waits for all of it, with its head. */
    String read() throws IOException {
        try (socket) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }

    /** Goes away. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
