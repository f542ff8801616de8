package dev.firn.conformance.roundtrip;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdateParser;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.UpdateRequirementParser;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/** A view as iceberg-core alone says it is. */
final class ViewModel {
    private ViewMetadata present;

    ViewModel(ViewMetadata present) {
        this.present = present;
    }

    ViewMetadata present() {
        return present;
    }

    JsonNode json() {
        return Json.parse(ViewMetadataParser.toJson(present));
    }

    /** The updates as JSON, as those of tables are made. */
    List<String> updates(Commit commit) {
        List<String> updates = new ArrayList<>();
        ViewMetadata preview = present;
        for (Step step : commit.updates()) {
            updates.add(ViewUpdates.of(step, preview));
            try {
                preview = after(List.of(), updates);
            } catch (RuntimeException e) {
                // A refused update need not come last: what follows is made for the last state that could be.
                if (!commit.careless()) {
                    updates.remove(updates.size() - 1);
                }
            }
        }
        return updates;
    }

    /** The view after a commit. Throws what iceberg-core throws if it cannot be. */
    ViewMetadata after(List<String> requirements, List<String> updates) {
        for (String json : requirements) {
            UpdateRequirement requirement = UpdateRequirementParser.fromJson(json);
            requirement.validate(present);
        }
        ViewMetadata.Builder builder = ViewMetadata.buildFrom(present);
        for (String json : updates) {
            MetadataUpdate update = MetadataUpdateParser.fromJson(json);
            update.applyTo(builder);
        }
        ViewMetadata next = builder.build();
        // As Iceberg's own handler of commits: what changes nothing is no commit, even where versions could expire by
        // now.
        return next.changes().isEmpty() ? present : next;
    }

    /** Makes a state the present one. */
    void moveTo(ViewMetadata next) {
        present = next;
    }
}
