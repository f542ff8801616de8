package dev.firn.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.firn.store.NewFile;
import dev.firn.warehouse.Warehouse;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceFailureException;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/** Reads and writes the metadata files of views, as {@link TableDocuments} does those of tables. */
public final class ViewDocuments {
    private static final int SMALLEST_WEIGHT = 1_000;
    private static final int PARSED_FACTOR = 4;

    private final MetadataFiles files;
    private final Cache<String, ViewDocument> cache;

    /** Keeps at most about {@code cacheBytes} of documents. */
    public ViewDocuments(MetadataFiles files, long cacheBytes) {
        this.files = files;
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                // Its upkeep is short; to wake another thread for it takes longer.
                .executor(Runnable::run)
                .weigher((String location, ViewDocument document) ->
                        SMALLEST_WEIGHT + PARSED_FACTOR * document.json().length)
                .build();
    }

    /**
     * The document of a pointer of the catalog.
     *
     * @throws ServiceFailureException if the file is missing or is no view metadata
     */
    public ViewDocument read(String metadataLocation) {
        ViewDocument known = cache.getIfPresent(metadataLocation);
        if (known != null) {
            return known;
        }
        try {
            ViewDocument document = parse(metadataLocation);
            cache.put(metadataLocation, document);
            return document;
        } catch (NotFoundException | IllegalArgumentException | UncheckedIOException e) {
            throw new ServiceFailureException(
                    e, "Cannot read the view metadata %s: %s", metadataLocation, e.getMessage());
        }
    }

    /**
     * Reads a file that no pointer names yet.
     *
     * @throws NotFoundException if there is no such file
     * @throws IllegalArgumentException if it is no view metadata
     */
    ViewDocument parse(String metadataLocation) {
        String text = new String(files.read(metadataLocation), StandardCharsets.UTF_8);
        try {
            ViewMetadata metadata = ViewMetadataParser.fromJson(metadataLocation, text);
            return new ViewDocument(metadata, json(metadata));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "Not the metadata of a view: " + metadataLocation + " (" + e.getMessage() + ")", e);
        }
    }

    /** Writes a new state into a file of its own, which is durable together with the transaction that points to it. */
    Written<ViewDocument> write(ViewMetadata metadata, int version) {
        byte[] json = json(metadata);
        String folder = Warehouse.withoutTrailingSlash(metadata.location()) + "/metadata";
        String configured = metadata.properties().get("write.metadata.path");
        String location = Warehouse.metadataFile(configured == null ? folder : configured, version, ".metadata.json");
        List<NewFile> riders = files.write(location, json);
        ViewMetadata written = ViewMetadataParser.fromJson(location, new String(json, StandardCharsets.UTF_8));
        return new Written<>(new ViewDocument(written, json), riders);
    }

    /** Refuses a file whose change has not come to its end, as {@link MetadataFiles#requireSettled} does. */
    void requireSettled(String metadataLocation) {
        files.requireSettled(metadataLocation);
    }

    /** Keeps a document that has become a view's state. */
    void remember(ViewDocument document) {
        cache.put(document.metadata().metadataFileLocation(), document);
    }

    /** Deletes a file that no pointer came to name. */
    void discard(ViewDocument document) {
        files.discard(document.metadata().metadataFileLocation());
    }

    private static byte[] json(ViewMetadata metadata) {
        return ViewMetadataParser.toJson(metadata).getBytes(StandardCharsets.UTF_8);
    }
}
