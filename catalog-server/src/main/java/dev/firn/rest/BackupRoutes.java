package dev.firn.rest;

import dev.firn.catalog.Backups;
import dev.firn.events.Webhooks;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/backup}: the whole state in one file. */
final class BackupRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRoutes.class);
    private static final String SQLITE = "application/vnd.sqlite3";

    private final Backups backups;
    private final Webhooks webhooks;

    BackupRoutes(Backups backups, Webhooks webhooks) {
        this.backups = backups;
        this.webhooks = webhooks;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/v1/backup", this::backup);
        routes.head("/api/v1/backup", this::type);
        routes.post("/api/v1/restore", this::restore);
    }

    private void backup(Context context) {
        Backups.Backup backup = backups.write();
        context.contentType(SQLITE);
        // Who gets fewer bytes than these knows that something is missing.
        context.res().setContentLengthLong(backup.length());
        context.result(backup.content());
    }

    /** What a backup would be: how long it is, only one that is made could say. */
    private void type(Context context) throws IOException {
        context.contentType(SQLITE);
        context.res().flushBuffer();
    }

    /** The state is restored, whatever comes of this. */
    private void lookAtWebhooksAgain() {
        try {
            webhooks.stateReplaced();
        } catch (RuntimeException e) {
            LOG.error("Cannot look at the webhooks of the restored state: those of the one before go on", e);
        }
    }

    private void restore(Context context) throws IOException {
        Idempotency.requireNoKey(context, "whether a restore was done is told by the changes (restore-catalog)");
        try (InputStream body = Bodies.stream(context)) {
            Backups.Restored restored =
                    backups.restore(body, Authentication.principal(context).name());
            lookAtWebhooksAgain();
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("change", restored.change());
            if (restored.before() != null) {
                answer.put("before", restored.before().toString());
            }
            if (!restored.lost().isEmpty()) {
                answer.put(
                        "lost", restored.lost().stream().map(BackupRoutes::json).toList());
            }
            Bodies.answer(context, answer);
        }
    }

    private static Map<String, Object> json(TableIdentifier name) {
        return Map.of("namespace", name.namespace().levels(), "name", name.name());
    }
}
