package dev.firn.conformance.port.events;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server that keeps what it gets, and answers as the test says. */
final class Receiver implements AutoCloseable {
    /** How requests are answered. */
    interface Answers {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final List<Delivered> delivered = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Answers answers = exchange -> exchange.sendResponseHeaders(204, -1);

    private Receiver(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/hook", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    static Receiver start() throws IOException {
        return new Receiver(0);
    }

    static Receiver start(int port) throws IOException {
        return new Receiver(port);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            delivered.add(new Delivered(
                    exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes()));
            answers.answer(exchange);
        }
    }

    void answer(Answers how) {
        answers = how;
    }

    void answerStatus(int status) {
        answers = exchange -> exchange.sendResponseHeaders(status, -1);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** All that came, answered however. */
    List<Delivered> delivered() {
        return List.copyOf(delivered);
    }

    List<Long> changes() {
        return delivered.stream().map(Delivered::change).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
