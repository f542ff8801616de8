package dev.firn.rest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.firn.catalog.TableDocument;
import dev.firn.store.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/**
 * The answers to loads of tables ({@code LoadTableResult}), ready as bytes, by metadata location: a state never changes, so its answer never does. Other catalogs number
 * their files, and a table that one of them makes in the place of another has the same locations; so what table it is counts too.
 *
 * <p>To engines that delete files by themselves every table of a past catalog has {@code gc.enabled=false}, the property by which they know that they must not.
 */
final class TableResponses {
    /** Which snapshots a load answers with; the specification's {@code snapshots} parameter. */
    enum Snapshots {
        /** All that the table has. */
        ALL,
        /** Those that a branch or tag names. */
        REFS;

        static Snapshots of(@Nullable String parameter) {
            if (parameter == null) {
                return ALL;
            }
            return switch (parameter.toLowerCase(Locale.ROOT)) {
                case "all" -> ALL;
                case "refs" -> REFS;
                default -> throw new BadRequestException("snapshots must be all or refs: %s", parameter);
            };
        }
    }

    /** To be cloned: that takes less than to look for it among Java's providers. */
    private static final MessageDigest SHA_256 = sha256();

    private record Key(String uuid, String metadataLocation, Snapshots snapshots, boolean keepsFiles) {}

    private final Cache<Key, ReadyResponse> cache;

    /** Keeps at most about {@code cacheBytes}. */
    TableResponses(long cacheBytes) {
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                // Its upkeep is short; to wake another thread for it takes longer.
                .executor(Runnable::run)
                .weigher((Key key, ReadyResponse response) -> response.weight())
                .build();
    }

    /**
     * The answer to a load.
     *
     * @param documents reads the state if the answer is not ready, and gives what is made of it
     * @param keepsFiles whether the answer is to forbid to delete files
     */
    ReadyResponse load(
            Function<Function<TableDocument, ReadyResponse>, ReadyResponse> documents,
            Entry table,
            Snapshots snapshots,
            boolean keepsFiles) {
        Key key = new Key(table.uuid(), table.metadataLocation(), snapshots, keepsFiles);
        ReadyResponse known = cache.getIfPresent(key);
        if (known != null) {
            return known;
        }
        return documents.apply(document -> remembered(key, document));
    }

    /** The answer to a create, register or commit: the very answer of the load that follows. */
    ReadyResponse changed(TableDocument document) {
        TableMetadata metadata = document.metadata();
        Key key = new Key(metadata.uuid(), metadata.metadataFileLocation(), Snapshots.ALL, false);
        ReadyResponse response = remembered(key, document);
        forgetReplaced(metadata);
        return response;
    }

    private ReadyResponse remembered(Key key, TableDocument document) {
        ReadyResponse response = response(document, key);
        cache.put(key, response);
        // States that become durable together are answered in any order: the next one may have been before.
        if (document.isReplaced()) {
            cache.invalidate(key);
        }
        return response;
    }

    /** Hardly anybody asks again for the state before, and there is one for each commit. */
    private void forgetReplaced(TableMetadata metadata) {
        List<TableMetadata.MetadataLogEntry> log = metadata.previousFiles();
        if (!log.isEmpty()) {
            String replaced = log.get(log.size() - 1).file();
            cache.invalidate(new Key(metadata.uuid(), replaced, Snapshots.ALL, false));
            cache.invalidate(new Key(metadata.uuid(), replaced, Snapshots.REFS, false));
        }
    }

    /** The answer to a staged create, which has no location yet. */
    static byte[] staged(TableDocument document) {
        return result(null, document.json());
    }

    private static ReadyResponse response(TableDocument document, Key key) {
        byte[] json = key.snapshots == Snapshots.ALL && !key.keepsFiles
                ? document.json()
                : rewritten(document.metadata(), key);
        return new ReadyResponse(etag(key), result(key.metadataLocation, json));
    }

    /** The state without what was not asked for, and with what is forbidden. */
    private static byte[] rewritten(TableMetadata metadata, Key key) {
        TableMetadata.Builder builder =
                TableMetadata.buildFrom(metadata).withMetadataLocation(metadata.metadataFileLocation());
        if (key.snapshots == Snapshots.REFS) {
            builder.suppressHistoricalSnapshots();
        }
        if (key.keepsFiles) {
            // Engines delete files without asking the catalog: to one that holds the past state for the whole table,
            // what came since belongs to nobody.
            builder.setProperties(Map.of(TableProperties.GC_ENABLED, "false"));
        }
        return TableMetadataParser.toJson(builder.discardChanges().build()).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] result(@Nullable String metadataLocation, byte[] metadata) {
        byte[] head = (metadataLocation == null
                        ? "{\"metadata\":"
                        : "{\"metadata-location\":" + quoted(metadataLocation) + ",\"metadata\":")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ",\"config\":{}}".getBytes(StandardCharsets.UTF_8);
        byte[] result = new byte[head.length + metadata.length + tail.length];
        System.arraycopy(head, 0, result, 0, head.length);
        System.arraycopy(metadata, 0, result, head.length, metadata.length);
        System.arraycopy(tail, 0, result, head.length + metadata.length, tail.length);
        return result;
    }

    private static String quoted(String text) {
        return new String(Json.bytes(text), StandardCharsets.UTF_8);
    }

    private static String etag(Key key) {
        try {
            MessageDigest sha256 = (MessageDigest) SHA_256.clone();
            String told = key.snapshots + (key.keepsFiles ? "gc.enabled=false" : "") + key.uuid + key.metadataLocation;
            byte[] digest = sha256.digest(told.getBytes(StandardCharsets.UTF_8));
            return "W/\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"";
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's SHA-256 can be cloned", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
