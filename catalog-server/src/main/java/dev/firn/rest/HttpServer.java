package dev.firn.rest;

import dev.firn.catalog.MemoryBudget;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.BadRequestException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: Javalin on Jetty, set up so that every name can stand in a path and every failure is answered with the error model. */
public final class HttpServer implements AutoCloseable {
    /** What Jetty holds for ambiguous in a path: encoded slashes, percent signs, dots, backslashes and control characters. */
    private static final Pattern AMBIGUOUS = Pattern.compile("%(2f|25|2e|5c|[01][0-9a-f])");

    /** A percent sign that encodes nothing; parameters with one would be taken for absent. */
    private static final Pattern MALFORMED = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    /** How much of the process's descriptors connections may take: one in this many. The others are for files, so that idle clients cannot keep busy ones from committing. */
    private static final int CONNECTIONS_SHARE = 2;

    /** Of a body that is larger, the rest is read by the thread that answers; in bytes. */
    private static final long LARGEST_WAITING_BODY = 256 * 1024;

    /** What a piece of a body takes beside its bytes, about. */
    private static final int FRAMING = 128;

    /**
     * How many references a line of the processor's cache holds, by which Jetty spaces the ends of its queues. Unless it is told, Jetty asks the management of the Java virtual machine
     * for it, and bringing that up slows the start and makes an idle server larger (docs/performance.md).
     */
    private static final String REFERENCES_PER_CACHE_LINE = "org.eclipse.jetty.util.referencesPerCacheLine";

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final RestApi api;

    /** Counts those that are under way, and refuses more when the server stops. */
    private final GracefulHandler requests = new GracefulHandler();

    private final Javalin javalin;

    /**
     * Starts to listen.
     *
     * @param port 0 for any that is free
     * @param largestBody in bytes, as it comes and also uncompressed; a larger one is answered 413
     * @param largestHead of the request line with all headers, in bytes; a larger one is answered 414 or 431
     * @param budget what all requests that wait may take; who finds none is answered 503
     * @throws io.javalin.util.JavalinException if the port cannot be listened on
     */
    public HttpServer(String host, int port, long largestBody, int largestHead, MemoryBudget budget, RestApi api) {
        if (System.getProperty(REFERENCES_PER_CACHE_LINE) == null) {
            System.setProperty(REFERENCES_PER_CACHE_LINE, "16"); // of four bytes, in 64
        }
        this.api = api;
        this.javalin = Javalin.create(config -> configure(config, host, port, largestBody, largestHead, budget))
                .start();
    }

    private void configure(
            JavalinConfig config, String host, int port, long largestBody, int largestHead, MemoryBudget budget) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.appData(Bodies.LIMIT, largestBody);
        config.appData(CrossSite.LOCAL_HOST, CrossSite.localHost(host));
        config.http.prefer405over404 = true;
        config.http.defaultContentType = "application/json";
        config.jetty.host = host;
        config.jetty.port = port;
        config.jetty.modifyHttpConfiguration(http -> {
            // Names may hold slashes, percent signs and dots, which travel encoded. Routes match the path as it was
            // sent, so none of them is ambiguous here.
            http.setUriCompliance(UriCompliance.UNSAFE);
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(largestHead);
        });
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(new JettyErrors());
            server.insertHandler(new FailedAnswers());
            // Outside of what mends its callback.
            server.insertHandler(withBody(largestBody));
            // Outside of it: what waits for the rest of a body counts.
            server.insertHandler(new CountedRequests(budget, largestBody));
            // Outside of it: a request that waits for its body is under way.
            server.insertHandler(requests);
            server.addEventListener(new LongAcceptQueue());
            Descriptors.most()
                    .ifPresent(most -> server.addBean(new NetworkConnectionLimit(most / CONNECTIONS_SHARE, server)));
        });
        config.jetty.modifyServletContextHandler(handler -> {
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
            handler.setErrorHandler(new JettyErrors());
        });
        config.router.javaLangErrorHandler(Errors::answer);
        // One handler, as each is looked for by the path of every request.
        config.routes.before(context -> {
            refuseAmbiguousPaths(context);
            refuseMalformedQueries(context);
            api.identify(context);
            CountedRequests.requireBudget(context);
        });
        api.register(config.routes);
    }

    /** Slow clients wait for themselves, without a thread: a request is looked at when its body is there, or much of it. One that is too large is refused at once. */
    private static EagerContentHandler withBody(long largestBody) {
        EagerContentHandler handler = new EagerContentHandler(
                new EagerContentHandler.RetainedContentLoaderFactory(LARGEST_WAITING_BODY, FRAMING, false));
        handler.exclude(request -> request.getLength() > largestBody);
        return handler;
    }

    /** Only the routes of the catalog take names from a path. */
    private static void refuseAmbiguousPaths(Context context) {
        String path = context.req().getRequestURI();
        if (!path.startsWith("/v1/")
                && !path.startsWith("/api/v1/")
                && AMBIGUOUS.matcher(path.toLowerCase(Locale.ROOT)).find()) {
            throw new BadRequestException("Ambiguous path: %s", path);
        }
    }

    private static void refuseMalformedQueries(Context context) {
        String query = context.queryString();
        if (query != null && MALFORMED.matcher(query).find()) {
            throw new BadRequestException("Malformed query: %s", query);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    /**
     * Finishes the requests that are under way and stops. Those that come meanwhile are answered 503, and those that take too long are cut off, as where a client does not
     * send all of one.
     */
    @Override
    public void close() {
        // Those who follow the changes would never end by themselves.
        api.close();
        awaitRequests();
        javalin.stop();
    }

    /** While all connections are open: who loses his has no answer. Jetty, left alone, closes those without a request first, also where one is just arriving. */
    private void awaitRequests() {
        try {
            requests.shutdown().get(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("Cuts off the requests that have not ended after {} seconds", LONGEST_STOP.toSeconds());
        } catch (ExecutionException e) {
            LOG.error("Cannot wait for the requests that are under way", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
