package dev.firn.app;

import dev.firn.catalog.AwayFolder;
import dev.firn.catalog.CatalogServices;
import dev.firn.catalog.DeletionLock;
import dev.firn.catalog.MemoryBudget;
import dev.firn.catalog.MetadataFiles;
import dev.firn.catalog.UnsettledFiles;
import dev.firn.config.ScanSettings;
import dev.firn.config.Settings;
import dev.firn.config.WebhookSettings;
import dev.firn.events.WebhookLimits;
import dev.firn.events.Webhooks;
import dev.firn.rest.HttpServer;
import dev.firn.rest.RestApi;
import dev.firn.retention.Background;
import dev.firn.retention.HistoryRound;
import dev.firn.retention.LastingFiles;
import dev.firn.retention.Purger;
import dev.firn.scan.ScanLimits;
import dev.firn.scan.Scans;
import dev.firn.security.Authority;
import dev.firn.security.Credentials;
import dev.firn.security.SigningKey;
import dev.firn.store.CatalogStore;
import dev.firn.store.NotAStateException;
import dev.firn.store.sql.SqlCatalogStore;
import dev.firn.warehouse.FileJournal;
import dev.firn.warehouse.FileStore;
import dev.firn.warehouse.LocalCleanup;
import dev.firn.warehouse.LocalFileIO;
import dev.firn.warehouse.LocalFileStore;
import dev.firn.warehouse.Locations;
import dev.firn.warehouse.Warehouse;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: the wiring of its parts, and the order in which they start and stop. */
final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** How much of the heap metadata and ready answers may take, each: one in this many. */
    private static final int CACHE_SHARE = 6;

    /** How much of it requests that wait may take, all together: one in this many. */
    private static final int BUDGET_SHARE = 4;

    /** How long a metadata file may wait to be synced: by then the operating system has written most of it out. Tests of power cuts do not wait so long. */
    private static final long SYNC_AFTER_MILLIS = Long.getLong("firn.sync-after-millis", 30_000);

    /** How long all purges wait for a damaged table. Tests do not wait so long. */
    private static final Duration PATIENCE =
            Duration.ofMillis(Long.getLong("firn.purge-patience-millis", 24 * 3_600_000L));

    /** How old a metadata file is when it is marked to last: engines that clean up leave alone what is younger than a day. Tests do not wait so long. */
    private static final Duration LASTING_AFTER =
            Duration.ofMillis(Long.getLong("firn.lasting-after-millis", 6 * 3_600_000L));

    /** What has been started; what started last is on top and stops first. */
    private final Deque<Part> parts = new ArrayDeque<>();

    private int port;
    private String uri = "";

    /** Something that runs until it is closed. */
    private interface Part extends AutoCloseable {
        @Override
        void close();
    }

    /** What the other parts stand on. */
    private record Foundation(
            DataFolder lock, CatalogStore store, Locations locations, FileStore files, DeletionLock deletions) {}

    private Server() {}

    /**
     * Starts all parts; when it returns, requests are answered, and the lock of the state says where.
     *
     * @throws StartupException if a part cannot start for a reason that the operator can mend
     */
    static Server start(Settings settings) {
        Server server = new Server();
        try {
            Foundation foundation = server.startParts(
                    settings,
                    () -> authority(settings),
                    settings.retention().purgeAfter(),
                    Webhooks::start,
                    LOG::error);
            server.startRetention(settings, foundation);
            server.uri = "http://" + reachable(settings.host()) + ":" + server.port;
            foundation.lock().publish(server.uri);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The same for a command that needs a server for itself: only who has a token of this authority can call it, nobody is told where it is, and no webhook is told of changes. {@code lost} is told if the state has lost its end. */
    static Server startUnannounced(Settings settings, Authority authority, Consumer<String> lost) {
        Server server = new Server();
        try {
            server.startParts(settings, () -> authority, null, webhooks -> {}, lost);
            server.uri = "http://" + reachable(settings.host()) + ":" + server.port;
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private Foundation startParts(
            Settings settings,
            Supplier<Authority> authority,
            @Nullable Duration purgeAfter,
            Consumer<Webhooks> whenListening,
            Consumer<String> lost) {
        Path database = settings.databaseFile().toAbsolutePath();
        Path warehouseFolder = settings.warehouseFolder();
        DataFolder.prepare(parent(database));
        DataFolder.prepare(warehouseFolder);
        DataFolder lock = DataFolder.lock(database);
        parts.push(lock::close);

        List<Path> allowed = new ArrayList<>(settings.allowedFolders());
        allowed.add(0, warehouseFolder);
        Locations locations = new Locations(allowed);
        LocalFileStore fileStore = new LocalFileStore(locations);
        MissingParts.refuseLostState(database, fileStore, warehouseFolder);
        CatalogStore store = open(database);
        parts.push(store::close);
        MissingParts.refuseLostWarehouse(store, fileStore, warehouseFolder);
        UnsettledFiles unsettled = unsettledFiles(database, store, fileStore, lost);
        parts.push(unsettled::close);
        MetadataFiles files = new MetadataFiles(store, fileStore, unsettled, SYNC_AFTER_MILLIS);
        recover(files, MissingParts.missingFolders(store, fileStore, settings.allowedFolders()));
        parts.push(files::close);

        Warehouse warehouse = new Warehouse(Locations.of(warehouseFolder), locations, fileStore);
        long cacheBytes = Runtime.getRuntime().maxMemory() / CACHE_SHARE;
        LocalFileIO io = new LocalFileIO(locations);
        CatalogServices services = CatalogServices.over(store, warehouse, io, files, cacheBytes);
        Scans scans = new Scans(services.tables(), io, limits(settings.scans(), cacheBytes));
        parts.push(scans::close);
        Webhooks webhooks =
                new Webhooks(store.webhooks(), services.ledger(), Clock.systemUTC(), limits(settings.webhooks()));
        parts.push(webhooks::close);
        HttpServer http =
                listen(settings, new RestApi(services, scans, webhooks, authority.get(), purgeAfter, cacheBytes));
        parts.push(http::close);
        port = http.port();
        whenListening.accept(webhooks);
        return new Foundation(lock, store, locations, fileStore, services.deletions());
    }

    /** What only the server does that goes on: a command is over soon, and deletes nothing. */
    private void startRetention(Settings settings, Foundation foundation) {
        Locations locations = foundation.locations();
        Purger purger = new Purger(
                foundation.store(),
                foundation.files(),
                new LocalFileIO(locations),
                new LocalCleanup(locations),
                foundation.deletions(),
                settings.retention().purgeAfter(),
                PATIENCE,
                Clock.systemUTC());
        parts.push(new Background("firn-purge", purger.pause(), purger)::close);
        LastingFiles lasting = new LastingFiles(
                foundation.store().lastingFiles(), foundation.files(), LASTING_AFTER, Clock.systemUTC());
        parts.push(new Background("firn-lasting-files", lasting.first(), lasting.pause(), lasting)::close);
        Duration keep = settings.retention().keepHistory();
        if (keep != null) {
            HistoryRound history = new HistoryRound(
                    foundation.store(),
                    foundation.files(),
                    new LocalCleanup(locations),
                    foundation.deletions(),
                    keep,
                    Clock.systemUTC());
            parts.push(new Background("firn-history", HistoryRound.FIRST, history.pause(), history)::close);
        }
    }

    /** The name by which this machine reaches a server that listens on this address. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0", "" -> "127.0.0.1";
            case "::", "[::]" -> "[::1]";
            default -> host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        };
    }

    private static WebhookLimits limits(WebhookSettings webhooks) {
        return new WebhookLimits(webhooks.answer(), webhooks.longestPause());
    }

    private static ScanLimits limits(ScanSettings scans, long cacheBytes) {
        return new ScanLimits(scans.filesPerAnswer(), scans.filesWhileWaiting(), scans.planLifetime(), cacheBytes);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static CatalogStore open(Path database) {
        try {
            return new SqlCatalogStore(database, Clock.systemUTC());
        } catch (JdbiException e) {
            String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new StartupException("cannot open the state in " + database + ": " + reason, e);
        } catch (UncheckedIOException | NotAStateException e) {
            throw new StartupException("cannot open the state in " + database + ": " + e.getMessage(), e);
        }
    }

    private static void recover(MetadataFiles files, List<AwayFolder> away) {
        try {
            files.recover(away);
        } catch (ServiceUnavailableException | BadRequestException | UncheckedIOException e) {
            throw new StartupException(
                    "cannot make the metadata files whole that an earlier server has left: " + e.getMessage(), e);
        }
    }

    /** If it cannot be written now the state can still be read. */
    private static void tell(String what, long given, long keptUntil, CatalogStore store, Consumer<String> lost) {
        lost.accept(what);
        try {
            store.ledger().tellLoss(keptUntil, given);
        } catch (ServiceUnavailableException | CommitStateUnknownException e) {
            lost.accept("Cannot tell those who follow the changes that those after change " + keptUntil
                    + " are undone, and their numbers may be given again: " + e.getMessage());
        }
    }

    private static UnsettledFiles unsettledFiles(
            Path database, CatalogStore store, FileStore files, Consumer<String> lost) {
        try {
            UnsettledFiles unsettled = new UnsettledFiles(
                    new FileJournal(DataFolder.journalOf(database)), store.namedFiles(), files, SYNC_AFTER_MILLIS);
            unsettled.start((what, given, keptUntil) -> tell(what, given, keptUntil, store, lost));
            return unsettled;
        } catch (UncheckedIOException e) {
            throw new StartupException("cannot use the journal of new metadata files: " + e.getMessage(), e);
        }
    }

    private static Authority authority(Settings settings) {
        Credentials credentials = Credentials.of(settings.credentials());
        if (credentials.isEmpty()) {
            return new Authority(credentials, SigningKey.forThisProcess(), Clock.systemUTC());
        }
        DataFolder.prepare(settings.data());
        try {
            return new Authority(credentials, SigningKey.in(settings.keyFile()), Clock.systemUTC());
        } catch (UncheckedIOException e) {
            throw new StartupException("cannot use the key of tokens: " + e.getMessage(), e);
        }
    }

    private static HttpServer listen(Settings settings, RestApi api) {
        try {
            return new HttpServer(
                    settings.host(),
                    settings.port(),
                    settings.requests().body(),
                    settings.requests().head(),
                    new MemoryBudget(Runtime.getRuntime().maxMemory() / BUDGET_SHARE),
                    api);
        } catch (JavalinException e) {
            if (e.getCause() instanceof IOException) {
                throw new StartupException(
                        "cannot listen on " + settings.host() + ":" + settings.port() + ": "
                                + e.getCause().getMessage(),
                        e);
            }
            throw e;
        }
    }

    /** The port that it listens on. */
    int port() {
        return port;
    }

    /** Where this machine reaches it, without a path. */
    String uri() {
        return uri;
    }

    /** Stops in the reverse order: first no new requests, then no changes, then the lock. A part that cannot end in order does not keep the others from it. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (RuntimeException e) {
                LOG.error("A part of the server did not stop in order", e);
            }
        }
    }
}
