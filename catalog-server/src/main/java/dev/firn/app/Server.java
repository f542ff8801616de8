package dev.firn.app;

import dev.firn.catalog.CatalogServices;
import dev.firn.config.Settings;
import dev.firn.rest.HttpServer;
import dev.firn.rest.RestApi;
import dev.firn.store.CatalogStore;
import dev.firn.store.sql.SqlCatalogStore;
import dev.firn.warehouse.LocalFileStore;
import dev.firn.warehouse.Locations;
import dev.firn.warehouse.Warehouse;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** A running server: the wiring of its parts, and the order in which they start and stop. */
final class Server implements AutoCloseable {
    /** How much of the heap metadata and ready answers may take, each: one in this many. */
    private static final int CACHE_SHARE = 6;

    private final DataFolder lock;
    private final CatalogStore store;
    private final HttpServer http;

    private Server(DataFolder lock, CatalogStore store, HttpServer http) {
        this.lock = lock;
        this.store = store;
        this.http = http;
    }

    /**
     * Starts all parts; when it returns, requests are answered.
     *
     * @throws StartupException if a part cannot start for a reason that the operator can mend
     */
    static Server start(Settings settings) {
        Path database = settings.databaseFile().toAbsolutePath();
        Path warehouseFolder = settings.warehouseFolder();
        DataFolder.prepare(parent(database));
        DataFolder.prepare(warehouseFolder);
        DataFolder lock = DataFolder.lock(database);
        @Nullable CatalogStore store = null;
        try {
            store = open(database);
            List<Path> allowed = new ArrayList<>(settings.allowedFolders());
            allowed.add(0, warehouseFolder);
            Locations locations = new Locations(allowed);
            Warehouse warehouse =
                    new Warehouse(Locations.of(warehouseFolder), locations, new LocalFileStore(locations));
            long cacheBytes = Runtime.getRuntime().maxMemory() / CACHE_SHARE;
            RestApi api = new RestApi(CatalogServices.over(store, warehouse, cacheBytes), cacheBytes);
            HttpServer http = listen(settings, api);
            return new Server(lock, store, http);
        } catch (RuntimeException e) {
            if (store != null) {
                store.close();
            }
            lock.close();
            throw e;
        }
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
        }
    }

    private static HttpServer listen(Settings settings, RestApi api) {
        try {
            return new HttpServer(settings.host(), settings.port(), settings.largestBody(), api);
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
        return http.port();
    }

    /** Stops in the reverse order: first no new requests, then no changes, then the lock. */
    @Override
    public void close() {
        http.close();
        store.close();
        lock.close();
    }
}
