package dev.firn.events;

import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of all webhooks, which is made for the first request: a server without webhooks has none. It is Jetty's. That of Java 17 leaves connections open whose other side
 * does not speak HTTP, a descriptor with each attempt.
 */
final class ReceiverClient implements AutoCloseable {
    /** How long a receiver may take to accept a connection. */
    static final Duration CONNECT = Duration.ofSeconds(5);

    /** The least that a connection is kept for the next event. */
    private static final Duration KEPT = Duration.ofSeconds(30);

    private static final Duration LONGER_THAN_AN_ANSWER = Duration.ofSeconds(5);
    private static final Duration STOPPING = Duration.ofSeconds(1);

    /** All webhooks may be at one address, and be tested at the same time. */
    private static final int CONNECTIONS = 1_000;

    /** One is enough but for names that are looked up long: each holds one meanwhile, and there may be a hundred. */
    private static final int THREADS = 200;

    /** As much as newer versions of Java's own client take. */
    private static final int HEAD_BYTES = 384 * 1024;

    private final Duration patience;
    private @Nullable HttpClient client;

    /** {@code patience} is how long a whole answer may take. */
    ReceiverClient(Duration patience) {
        this.patience = patience;
    }

    /** A request that says nothing yet but where it goes. */
    Request request(URI uri) {
        HttpClient present = client();
        SelectedProxy.use(present, uri);
        return present.newRequest(uri);
    }

    private synchronized HttpClient client() {
        HttpClient present = client;
        if (present == null) {
            present = start();
            client = present;
        }
        return present;
    }

    private HttpClient start() {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setSslContextFactory(new JavaTls());
        HttpClient made = new HttpClient(new HttpClientTransportOverHTTP(connector));
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("firn-webhook-client");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        threads.setIdleTimeout((int) KEPT.toMillis());
        threads.setMaxEvictCount(THREADS);
        threads.setStopTimeout(STOPPING.toMillis());
        made.setExecutor(threads);
        made.setScheduler(new ScheduledExecutorScheduler("firn-webhook-timer", true));
        made.setConnectTimeout(CONNECT.toMillis());
        made.setAddressResolutionTimeout(patience.toMillis());
        // An answer that takes its time is not idleness. What never comes to speak, as a handshake that stalls, ends by
        // this.
        Duration idle = patience.plus(LONGER_THAN_AN_ANSWER);
        made.setIdleTimeout((idle.compareTo(KEPT) < 0 ? KEPT : idle).toMillis());
        made.setMaxConnectionsPerDestination(CONNECTIONS);
        made.setMaxResponseHeadersSize(HEAD_BYTES);
        // The answer of another address says nothing about this one.
        made.setFollowRedirects(false);
        // Long out of use, and of no harm in an answer.
        made.setHttpCompliance(HttpCompliance.RFC9110.with("FOLDED", HttpCompliance.Violation.MULTILINE_FIELD_VALUE));
        made.setUserAgentField(null);
        made.setHttpCookieStore(new HttpCookieStore.Empty());
        try {
            made.start();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot start the client of webhooks: " + e.getMessage(), e);
        }
        // A refusal is a refusal, however long its page is: these keep it to log in with what there is not.
        made.getProtocolHandlers().remove("www-authenticate");
        made.getProtocolHandlers().remove("proxy-authenticate");
        made.getProtocolHandlers().remove("upgrade");
        made.getProtocolHandlers().put(new InterimAnswers());
        // No body is looked at, so none has to be small.
        made.getContentDecoderFactories().clear();
        return made;
    }

    /** Ends its threads and connections. */
    @Override
    public synchronized void close() {
        HttpClient present = client;
        client = null;
        if (present != null) {
            try {
                present.stop();
            } catch (Exception e) {
                throw new IllegalStateException("Cannot stop the client of webhooks: " + e.getMessage(), e);
            }
        }
    }

    /** What is said before the answer, with whatever number, is passed over; 100 and 103 have handlers of their own, and behind 101 comes no answer. */
    private static final class InterimAnswers extends ProcessingProtocolHandler {
        @Override
        public boolean accept(Request request, Response response) {
            int status = response.getStatus();
            return HttpStatus.isInterim(status)
                    && status != HttpStatus.CONTINUE_100
                    && status != HttpStatus.EARLY_HINT_103;
        }
    }

    /** What the Java virtual machine trusts and holds for safe, with its properties; Jetty would leave out more. */
    private static final class JavaTls extends SslContextFactory.Client {
        JavaTls() {
            setExcludeProtocols();
            setExcludeCipherSuites();
            try {
                setSslContext(SSLContext.getDefault());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("There is no TLS in this Java: " + e.getMessage(), e);
            }
        }

        /** Warns of those that are not left out. */
        @Override
        protected void checkCiphers(SSLParameters supported) {}
    }
}
