package dev.firn.rest;

import dev.firn.catalog.DroppedPurge;
import dev.firn.catalog.Recovered;
import dev.firn.store.Entry;
import java.util.LinkedHashMap;
import java.util.Map;

/** A version of a name and the change that is told of, in the answers of our own routes. */
final class RecoveredJson {
    private RecoveredJson() {}

    static Map<String, Object> of(Recovered recovered) {
        return of(recovered.entry(), recovered.change());
    }

    static Map<String, Object> of(DroppedPurge purge) {
        Map<String, Object> json = of(purge.dropped().entry(), purge.change());
        json.put("dropped", purge.dropped().change());
        return json;
    }

    static Map<String, Object> of(Entry entry, long change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("change", change);
        json.put("kind", entry.kind().id());
        json.put("namespace", entry.identifier().namespace().levels());
        json.put("name", entry.identifier().name());
        json.put("uuid", entry.uuid());
        json.put("metadata-location", entry.metadataLocation());
        return json;
    }
}
