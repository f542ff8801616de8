package dev.firn.store.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.store.CatalogRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;

/** How values stand in columns. */
final class Rows {
    /** Joins the levels of a namespace in a column. No level can hold it: it is what joins them in the paths of the REST API. */
    private static final String SEPARATOR = "\u001f";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> PROPERTIES = new TypeReference<>() {};

    private Rows() {}

    /** The catalog of a row that has it with its name. */
    static CatalogRecord catalog(ResultSet row) throws SQLException {
        return new CatalogRecord(row.getInt("catalog_id"), row.getString("catalog_name"));
    }

    static String column(Namespace namespace) {
        return String.join(SEPARATOR, namespace.levels());
    }

    static Namespace namespace(String column) {
        return column.isEmpty() ? Namespace.empty() : Namespace.of(column.split(SEPARATOR, -1));
    }

    static String parentColumn(Namespace namespace) {
        return column(parent(namespace));
    }

    static String lastLevel(Namespace namespace) {
        return namespace.level(namespace.length() - 1);
    }

    static Namespace parent(Namespace namespace) {
        String[] levels = namespace.levels();
        String[] parent = new String[levels.length - 1];
        System.arraycopy(levels, 0, parent, 0, parent.length);
        return Namespace.of(parent);
    }

    static Namespace child(Namespace parent, String level) {
        String[] levels = new String[parent.length() + 1];
        System.arraycopy(parent.levels(), 0, levels, 0, parent.length());
        levels[parent.length()] = level;
        return Namespace.of(levels);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Cannot write as JSON: " + value, e);
        }
    }

    static Map<String, String> properties(String json) {
        try {
            return JSON.readValue(json, PROPERTIES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The state holds properties that are no JSON object: " + json, e);
        }
    }
}
