package dev.firn.conformance.port.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps the names of the tables of a catalog as the changes tell them, and asks for nothing else. */
final class Mirror {
    /** What it was told and takes for true. */
    private final TreeMap<Long, JsonNode> told = new TreeMap<>();

    private long last;
    private long keptUntil;

    /** Reads what it was not told yet. */
    void follow(CatalogClient client) {
        for (JsonNode change : after(client, last)) {
            last = change.get("change").asLong();
            if (change.get("operation").asText().equals("restore-catalog")) {
                keptUntil = change.at("/detail/kept-until").asLong();
                goBack(client);
            }
            told.put(last, change);
        }
    }

    /** What came behind that change is undone, and what the pages have there until the restore is true. */
    private void goBack(CatalogClient client) {
        told.tailMap(keptUntil, false).clear();
        for (JsonNode change : after(client, keptUntil)) {
            long number = change.get("change").asLong();
            if (number < last) {
                told.put(number, change);
            }
        }
    }

    private static JsonNode after(CatalogClient client, long change) {
        return client.http()
                .get("/api/v1/catalogs/main/changes?limit=1000&after=" + change)
                .expect(200)
                .json()
                .get("changes");
    }

    /** The number of the last change that it was told. */
    long last() {
        return last;
    }

    /** The change to which it went back last. */
    long keptUntil() {
        return keptUntil;
    }

    /** The tables that there are if all is true that it was told. */
    SortedSet<String> tables() {
        SortedSet<String> tables = new TreeSet<>();
        for (JsonNode change : told.values()) {
            switch (change.get("operation").asText()) {
                case "create-table" -> tables.add(change.get("name").asText());
                case "drop-table" -> tables.remove(change.get("name").asText());
                default -> {}
            }
        }
        return tables;
    }
}
