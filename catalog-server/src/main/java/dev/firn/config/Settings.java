package dev.firn.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a server is set up.
 *
 * @param host the address to listen on
 * @param port 0 for any that is free
 * @param data the folder of the state and, unless told otherwise, of the warehouse
 * @param warehouse the folder of the tables; null for {@code warehouse} in the data folder
 * @param database the file of the state; null for {@code firn.db} in the data folder
 * @param allowedFolders where else tables may stand, if clients ask for it
 * @param credentials the clients that may call, each as {@code id:secret}; none for an open server
 * @param requests how large they may be
 * @param scans how scans are planned
 * @param webhooks how webhooks are delivered
 * @param retention when things end
 */
public record Settings(
        String host,
        int port,
        Path data,
        @Nullable Path warehouse,
        @Nullable Path database,
        List<Path> allowedFolders,
        List<String> credentials,
        RequestLimits requests,
        ScanSettings scans,
        WebhookSettings webhooks,
        RetentionSettings retention) {
    /** The file of the key that signs tokens. */
    public Path keyFile() {
        return data.resolve("token.key");
    }

    /** The folder of the tables. */
    public Path warehouseFolder() {
        return warehouse == null ? data.resolve("warehouse") : warehouse;
    }

    /** The file of the state. */
    public Path databaseFile() {
        return database == null ? data.resolve("firn.db") : database;
    }
}
