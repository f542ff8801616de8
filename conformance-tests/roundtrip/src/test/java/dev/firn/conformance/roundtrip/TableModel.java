package dev.firn.conformance.roundtrip;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdateParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.UpdateRequirementParser;

/** A table as iceberg-core alone says it is. */
final class TableModel {
    private TableMetadata present;

    TableModel(TableMetadata present) {
        this.present = present;
    }

    TableMetadata present() {
        return present;
    }

    JsonNode json() {
        return Json.parse(TableMetadataParser.toJson(present));
    }

    /** The updates as JSON, each made for the table as the ones before it leave it. */
    List<String> updates(Commit commit) {
        List<String> updates = new ArrayList<>();
        TableMetadata preview = present;
        for (Step step : commit.updates()) {
            updates.add(TableUpdates.of(step, preview));
            try {
                preview = after(present, List.of(), updates);
            } catch (RuntimeException e) {
                // A refused update need not come last: what follows is made for the last state that could be.
                if (!commit.careless()) {
                    updates.remove(updates.size() - 1);
                }
            }
        }
        return updates;
    }

    /** The table after a commit. Throws what iceberg-core throws if it cannot be. */
    TableMetadata after(List<String> requirements, List<String> updates) {
        return after(present, requirements, updates);
    }

    private static TableMetadata after(TableMetadata base, List<String> requirements, List<String> updates) {
        for (String json : requirements) {
            UpdateRequirement requirement = UpdateRequirementParser.fromJson(json);
            requirement.validate(base);
        }
        TableMetadata.Builder builder = TableMetadata.buildFrom(base);
        for (String json : updates) {
            MetadataUpdate update = MetadataUpdateParser.fromJson(json);
            update.applyTo(builder);
        }
        TableMetadata next = builder.build();
        // Its builder makes states that its own parser refuses: of a table nobody could read nothing may come to be.
        TableMetadataParser.fromJson(TableMetadataParser.toJson(next));
        return next;
    }

    /** Makes a state the present one. */
    void moveTo(TableMetadata next) {
        if (next != present) {
            present = TableMetadata.buildFrom(next)
                    .discardChanges()
                    .withMetadataLocation(next.location() + "/metadata/model.metadata.json")
                    .build();
        }
    }
}
