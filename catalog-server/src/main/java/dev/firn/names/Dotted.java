package dev.firn.names;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;

/** Names with dots between their parts, as they are shown to people and written by them. */
public final class Dotted {
    private Dotted() {}

    /** The name of a table or view behind its namespace. */
    public static String of(TableIdentifier identifier) {
        return Stream.concat(Arrays.stream(identifier.namespace().levels()), Stream.of(identifier.name()))
                .map(Dotted::quoted)
                .collect(Collectors.joining("."));
    }

    /**
     * A part of a name. One with a dot or a control character in it stands in double quotes, in which a double quote and a backslash are written twice, and a control
     * character as in JSON.
     */
    public static String quoted(String part) {
        if (!part.contains(".") && !part.startsWith("\"") && Visible.isWhole(part)) {
            return part;
        }
        return "\"" + Visible.text(part.replace("\\", "\\\\").replace("\"", "\"\"")) + "\"";
    }
}
