package dev.firn.conformance.roundtrip;

import dev.firn.conformance.harness.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewVersion;

/** Updates of views as JSON: most can be applied to the view at hand, some cannot. */
final class ViewUpdates {
    private static final int SELDOM = 10;

    private static final List<Kind> KINDS = List.of(
            (view, dice) -> Map.of("action", "assign-uuid", "uuid", uuid(view, dice)),
            (view, dice) -> Map.of("action", "upgrade-format-version", "format-version", dice.oneIn(SELDOM) ? 0 : 1),
            ViewUpdates::addSchema,
            ViewUpdates::addSchema,
            ViewUpdates::addVersion,
            ViewUpdates::addVersion,
            ViewUpdates::addVersion,
            (view, dice) -> Map.of("action", "set-current-view-version", "view-version-id", versionId(view, dice)),
            (view, dice) -> Map.of("action", "set-current-view-version", "view-version-id", -1),
            (view, dice) -> Map.of(
                    "action",
                    "set-properties",
                    "updates",
                    Map.of(
                            dice.repeatedName(),
                            dice.name(),
                            "replace.drop-dialect.allowed",
                            String.valueOf(dice.oneIn(2)),
                            "version.history.num-entries",
                            String.valueOf(dice.between(dice.oneIn(SELDOM) ? 0 : 1, 4)))),
            (view, dice) -> Map.of(
                    "action", "remove-properties", "removals", List.of(dice.repeatedName(), dice.repeatedName())),
            (view, dice) ->
                    Map.of("action", "set-location", "location", view.location() + "/moved" + dice.between(0, 3)),
            // For tables only
            (view, dice) -> dice.oneIn(SELDOM)
                    ? Map.of("action", "remove-snapshot-ref", "ref-name", "main")
                    : Map.of("action", "set-properties", "updates", Map.of()));

    private ViewUpdates() {}

    /** Makes an update for a view. */
    interface Kind {
        Map<String, ?> make(ViewMetadata view, Dice dice);
    }

    /** How many sorts of updates there are. */
    static int kinds() {
        return KINDS.size();
    }

    /** The JSON of an update. */
    static String of(Step step, ViewMetadata view) {
        return Json.value(KINDS.get(step.kind()).make(view, new Dice(step.seed())))
                .toString();
    }

    private static String uuid(ViewMetadata view, Dice dice) {
        return dice.oneIn(2) ? new UUID(dice.number(), 7).toString() : view.uuid();
    }

    private static Map<String, ?> addSchema(ViewMetadata view, Dice dice) {
        int lastColumn =
                view.schemas().stream().mapToInt(Schema::highestFieldId).max().orElse(0);
        return Map.of("action", "add-schema", "schema", Json.parse(Schemas.after(view.schema(), lastColumn, 3, dice)));
    }

    private static Map<String, ?> addVersion(ViewMetadata view, Dice dice) {
        List<Map<String, ?>> representations = new ArrayList<>();
        for (int i = dice.between(0, 2); i >= 0; i--) {
            representations.add(Map.of(
                    "type",
                    "sql",
                    "sql",
                    "select " + dice.between(0, 2) + " as " + dice.repeatedName(),
                    "dialect",
                    dice.of(List.of("spark", "trino", "duckdb", "Spark"))));
        }
        Map<String, ?> version = Map.of(
                "version-id", dice.between(1, 9),
                "timestamp-ms", System.currentTimeMillis(),
                "schema-id", dice.oneIn(3) ? -1 : schemaId(view, dice),
                "summary", Map.of("engine-name", dice.repeatedName()),
                "default-catalog", dice.repeatedName(),
                "default-namespace", List.of("a", dice.repeatedName()),
                "representations", representations);
        return Map.of("action", "add-view-version", "view-version", version);
    }

    private static int schemaId(ViewMetadata view, Dice dice) {
        return dice.oneIn(SELDOM)
                ? 77
                : dice.of(view.schemas().stream().map(Schema::schemaId).toList());
    }

    private static int versionId(ViewMetadata view, Dice dice) {
        return dice.oneIn(SELDOM)
                ? 77
                : dice.of(view.versions().stream().map(ViewVersion::versionId).toList());
    }
}
