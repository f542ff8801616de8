package dev.firn.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.firn.store.Difference;
import dev.firn.store.Entry;
import dev.firn.store.KeptContent;
import dev.firn.store.NewFile;
import dev.firn.warehouse.Warehouse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.jspecify.annotations.Nullable;

/** Reads and writes the metadata files of tables. A file never changes, so what was read once is kept, bounded by bytes, and found again by its location. */
public final class TableDocuments {
    private static final int SMALLEST_WEIGHT = 1_000;

    /** What a document takes with its text, in multiples of the text: 3.3 was measured for snapshots, 4.2 for columns, 5 for small properties. */
    private static final int PARSED_FACTOR = 5;

    /** What is held while a document is read, in multiples of its text: the bytes, the text, the tree of its JSON (3.8 for properties, 5.9 for columns) and what comes of it. */
    private static final int READING_FACTOR = 12;

    /** How much of what the cache may take those who read may take beside it: one in this many. */
    private static final int READING_SHARE = 2;

    private final MetadataFiles files;
    private final Cache<String, TableDocument> cache;

    /** For those that read at the same time: others wait for them. */
    private final MemoryBudget reading;

    /** Keeps at most about {@code cacheBytes} of documents, and takes half as much to read more of them. */
    public TableDocuments(MetadataFiles files, long cacheBytes) {
        this.files = files;
        this.reading = new MemoryBudget(cacheBytes / READING_SHARE);
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                // Its upkeep is short; to wake another thread for it takes longer.
                .executor(Runnable::run)
                .weigher((String location, TableDocument document) ->
                        (int) Math.min(weight(document), Integer.MAX_VALUE))
                .build();
    }

    private static long weight(TableDocument document) {
        return SMALLEST_WEIGHT + (long) PARSED_FACTOR * document.json().length;
    }

    /**
     * The document of a table of the catalog.
     *
     * @throws ServiceFailureException also if it is that of another table, as where somebody has written over the file
     */
    public TableDocument read(Entry table) {
        return read(table, document -> document);
    }

    /**
     * What {@code use} makes of the document of a table of the catalog. As long as it makes that, a document that was not remembered counts as being read.
     *
     * @throws OverBudgetException if others who read take all the memory that they may
     */
    <T> T read(Entry table, Function<TableDocument, T> use) {
        return read(table.metadataLocation(), document -> {
            if (!table.uuid().equals(document.metadata().uuid())) {
                cache.invalidate(table.metadataLocation());
                throw new ServiceFailureException(
                        "The table metadata %s is of another table: %s instead of %s",
                        table.metadataLocation(), document.metadata().uuid(), table.uuid());
            }
            return use.apply(document);
        });
    }

    /**
     * The document of a pointer of the catalog.
     *
     * @throws ServiceFailureException if the file is missing or is no table metadata: the pointer is right, so this is the server's failure and never a 404
     * @throws OverBudgetException if others who read take all the memory that they may
     */
    public TableDocument read(String metadataLocation) {
        return read(metadataLocation, document -> document);
    }

    private <T> T read(String metadataLocation, Function<TableDocument, T> use) {
        TableDocument known = cache.getIfPresent(metadataLocation);
        if (known != null) {
            return use.apply(known);
        }
        MemoryBudget.Share share = reading.share();
        try {
            return use.apply(readable(metadataLocation, () -> {
                awaitTurn(share, metadataLocation);
                // Somebody may have read it meanwhile.
                TableDocument read = cache.getIfPresent(metadataLocation);
                if (read == null) {
                    read = parseInTurn(metadataLocation);
                    cache.put(metadataLocation, read);
                }
                return read;
            }));
        } finally {
            share.release();
        }
    }

    private static <T> T readable(String metadataLocation, Supplier<T> read) {
        try {
            return read.get();
        } catch (NotFoundException | IllegalArgumentException | UncheckedIOException e) {
            throw new ServiceFailureException(
                    e, "Cannot read the table metadata %s: %s", metadataLocation, e.getMessage());
        }
    }

    private void awaitTurn(MemoryBudget.Share share, String metadataLocation) {
        share.await(READING_FACTOR * files.contentLength(metadataLocation));
    }

    /**
     * How long the text of a table's document is, in bytes. Of one that is not remembered what its file says is believed.
     *
     * @throws ServiceFailureException if the file is missing
     */
    long length(Entry table) {
        TableDocument known = cache.getIfPresent(table.metadataLocation());
        return known == null ? fileLength(table) : known.json().length;
    }

    /** The same of one that has to be read first; 0 if it is remembered, and so counts in the cache. */
    long unreadLength(Entry table) {
        return cache.getIfPresent(table.metadataLocation()) == null ? fileLength(table) : 0;
    }

    private long fileLength(Entry table) {
        return readable(table.metadataLocation(), () -> files.contentLength(table.metadataLocation()));
    }

    /**
     * The state as {@link Updates#asRead} has it if what defines the table has changed; that counts as being read.
     *
     * @param base what can be read; null if there is nothing before
     * @return {@code next} itself if its definitions are those of {@code base}
     * @throws OverBudgetException if others who read take all the memory that they may
     */
    TableMetadata asRead(@Nullable TableDocument base, TableMetadata next) {
        if (base != null && Updates.areSameDefinitions(base.metadata(), next)) {
            return next;
        }
        MemoryBudget.Share share = reading.share();
        try {
            // What defines a table that is made came as a body, and counts as such.
            if (base != null) {
                share.await((long) READING_FACTOR * base.json().length);
            }
            return Updates.asRead(next);
        } finally {
            share.release();
        }
    }

    /**
     * Reads a file that no pointer names yet.
     *
     * @throws NotFoundException if there is no such file
     * @throws IllegalArgumentException if it is no table metadata
     * @throws OverBudgetException if others who read take all the memory that they may
     */
    TableDocument parse(String metadataLocation) {
        MemoryBudget.Share share = reading.share();
        try {
            awaitTurn(share, metadataLocation);
            return parseInTurn(metadataLocation);
        } finally {
            share.release();
        }
    }

    private TableDocument parseInTurn(String metadataLocation) {
        byte[] content = files.read(metadataLocation);
        try {
            String text = new String(isGzip(content) ? gunzip(content) : content, StandardCharsets.UTF_8);
            TableMetadata metadata = TableMetadataParser.fromJson(metadataLocation, text);
            return document(metadata);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "Not the metadata of a table: " + metadataLocation + " (" + e.getMessage() + ")", e);
        }
    }

    /** The document of a state that is not written to a file. */
    static TableDocument document(TableMetadata metadata) {
        return new TableDocument(metadata, TableJson.write(metadata, null), false);
    }

    /**
     * Writes a new state into a file of its own, which is durable together with the transaction that points to it.
     *
     * @param previous the state before, if there is one: much of its text is copied
     */
    Written<TableDocument> write(TableMetadata metadata, int version, @Nullable TableDocument previous) {
        TableText text = TableJson.write(metadata, previous);
        boolean compressed = "gzip"
                .equalsIgnoreCase(metadata.property(
                        TableProperties.METADATA_COMPRESSION, TableProperties.METADATA_COMPRESSION_DEFAULT));
        String location =
                Warehouse.metadataFile(folder(metadata), version, compressed ? ".gz.metadata.json" : ".metadata.json");
        List<NewFile> riders = compressed
                ? files.write(location, gzip(text.json()))
                : files.write(location, text.json(), kept(text, previous));
        TableMetadata written = TableMetadata.buildFrom(metadata)
                .discardChanges()
                .withMetadataLocation(location)
                .build();
        return new Written<>(new TableDocument(written, text, !compressed), riders);
    }

    /**
     * Only what differs from the file before, if that is ours: what somebody else has written may be changed or deleted by him, or lost in a power cut that this one
     * is to survive.
     */
    private static KeptContent kept(TableText text, @Nullable TableDocument previous) {
        if (previous == null || !previous.isWritten() || text.common().isEmpty()) {
            return KeptContent.whole(text.json());
        }
        return new KeptContent(previous.metadata().metadataFileLocation(), Difference.of(text.json(), text.common()));
    }

    /** A transaction that points to this document is durable. */
    void settled(TableDocument document) {
        files.settled(document.metadata().metadataFileLocation());
    }

    /** Another state has taken the place of this one: hardly anybody asks for it again, and there is one of them for each commit. */
    void replaced(TableDocument document) {
        document.markReplaced();
        cache.invalidate(document.metadata().metadataFileLocation());
    }

    /** Refuses a file whose change has not come to its end, as {@link MetadataFiles#requireSettled} does. */
    void requireSettled(String metadataLocation) {
        files.requireSettled(metadataLocation);
    }

    /** Keeps a document that becomes a table's state: who commits next, or loads, wants it. */
    void remember(TableDocument document) {
        cache.put(document.metadata().metadataFileLocation(), document);
    }

    /** Deletes a file that no pointer came to name. */
    void discard(TableDocument document) {
        cache.invalidate(document.metadata().metadataFileLocation());
        files.discard(document.metadata().metadataFileLocation());
    }

    private static String folder(TableMetadata metadata) {
        String configured = metadata.property(TableProperties.WRITE_METADATA_LOCATION, "");
        return configured.isEmpty() ? Warehouse.withoutTrailingSlash(metadata.location()) + "/metadata" : configured;
    }

    private static boolean isGzip(byte[] content) {
        return content.length > 2 && (content[0] & 0xff) == 0x1f && (content[1] & 0xff) == 0x8b;
    }

    private static byte[] gunzip(byte[] content) throws IOException {
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return stream.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot compress", e);
        }
        return bytes.toByteArray();
    }
}
