package dev.firn.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.catalog.TableDocument;
import dev.firn.catalog.TableText;
import dev.firn.store.Entry;
import dev.firn.store.EntryKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class TableResponsesTest {
    private static final String FOLDER = "file:/warehouse/t";

    private final TableResponses responses = new TableResponses(1_000_000);
    private final TableDocument first = document(TableMetadata.newTableMetadata(
            new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
            PartitionSpec.unpartitioned(),
            FOLDER,
            Map.of()));
    private final TableDocument second = document(TableMetadata.buildFrom(first.metadata())
            .setProperties(Map.of("k", "v"))
            .build());

    /** What had to be read for an answer. */
    private final List<TableDocument> read = new ArrayList<>();

    private static TableDocument document(TableMetadata metadata) {
        byte[] json = TableMetadataParser.toJson(metadata).getBytes(StandardCharsets.UTF_8);
        TableMetadata written = TableMetadata.buildFrom(metadata)
                .discardChanges()
                .withMetadataLocation(FOLDER + "/" + metadata.previousFiles().size() + ".metadata.json")
                .build();
        return new TableDocument(written, new TableText(json, Map.of(), List.of()), true);
    }

    private void load(TableDocument document) {
        Entry entry = new Entry(
                EntryKind.TABLE,
                TableIdentifier.of("n", "t"),
                document.metadata().uuid(),
                document.metadata().metadataFileLocation(),
                1);
        responses.load(
                answer -> {
                    read.add(document);
                    return answer.apply(document);
                },
                entry,
                TableResponses.Snapshots.ALL,
                false);
    }

    @Test
    void theAnswerToAChangeIsReadyForTheLoadsThatFollow() {
        responses.changed(first);
        load(first);
        first.markReplaced();
        responses.changed(second);
        load(second);
        assertThat(read).isEmpty();

        load(first);
        assertThat(read).containsExactly(first);
    }

    /** As where two commits become durable together, and the thread of the second is faster. */
    @Test
    void theAnswerOfAReplacedStateIsNotKept() {
        first.markReplaced();
        responses.changed(second);
        responses.changed(first);

        load(second);
        assertThat(read).isEmpty();
        load(first);
        assertThat(read).containsExactly(first);
    }
}
