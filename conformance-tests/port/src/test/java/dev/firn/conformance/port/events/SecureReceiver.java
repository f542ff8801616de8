package dev.firn.conformance.port.events;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A receiver over TLS, with a certificate for 127.0.0.1 that nobody else has signed. */
final class SecureReceiver implements AutoCloseable {
    private static final String PASSWORD = "password";

    private final Path store;
    private final HttpsServer server;
    private final AtomicInteger taken = new AtomicInteger();

    private SecureReceiver(Path store) throws Exception {
        this.store = store;
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/hook", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                taken.incrementAndGet();
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
    }

    /** Makes its key in this folder. */
    static SecureReceiver start(Path folder) throws Exception {
        Path store = folder.resolve("receiver.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "receiver",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=receiver",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new AssertionError("keytool ended with " + process.exitValue());
        }
        return new SecureReceiver(store);
    }

    /** What makes a Java virtual machine trust it. */
    String trust() {
        return "-Djavax.net.ssl.trustStore=" + store + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD;
    }

    String url(String host) {
        return "https://" + host + ":" + server.getAddress().getPort() + "/hook";
    }

    /** How many events it has taken. */
    int taken() {
        return taken.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
