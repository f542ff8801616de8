package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.names.Dotted;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The name of a table or view on the command line: {@code namespace.name}, {@code outer.inner.name}. A part with a dot or a control character in it stands in double quotes, in
 * which a double quote is written twice, a backslash too, and a control character as in JSON.
 *
 * @param levels of the namespace; at least one
 * @param name in the namespace
 */
record DottedName(List<String> levels, String name) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:[nrt\\\\]|u[0-9a-fA-F]{4})");

    /** Reads it from an argument. */
    static final class Converter implements ITypeConverter<DottedName> {
        @Override
        public DottedName convert(String text) {
            List<String> parts = parts(text);
            if (parts.size() < 2 || parts.contains("")) {
                throw new TypeConversionException("not a name with its namespace, as in ns.table: '" + text + "'");
            }
            return new DottedName(parts.subList(0, parts.size() - 1), parts.get(parts.size() - 1));
        }
    }

    /** The parts of a dotted text, at least one. */
    static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                part.append(c);
                i++;
            } else if (quoted && c == '\\') {
                Matcher escape = ESCAPE.matcher(text).region(i, text.length());
                int length = escape.lookingAt() ? escape.group().length() : 1;
                part.append(meant(text.substring(i, i + length)));
                i += length - 1;
            } else if (c == '"' && (quoted || part.isEmpty())) {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /** What an escape stands for. A backslash before anything else is itself. */
    private static char meant(String escape) {
        if (escape.length() == 1) {
            return '\\';
        }
        return switch (escape.charAt(1)) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) Integer.parseInt(escape.substring(2), 16);
            default -> '\\';
        };
    }

    /** The name that an answer holds as {@code namespace} and {@code name}. */
    static DottedName of(JsonNode json) {
        List<String> levels = new ArrayList<>();
        json.path("namespace").forEach(level -> levels.add(level.asText()));
        return new DottedName(levels, json.path("name").asText());
    }

    /** The name as {@code namespace} and {@code name}. */
    ObjectNode json() {
        ObjectNode json = JSON.createObjectNode();
        levels.forEach(json.withArray("namespace")::add);
        return json.put("name", name);
    }

    @Override
    public String toString() {
        return Stream.concat(levels.stream(), Stream.of(name))
                .map(Dotted::quoted)
                .collect(Collectors.joining("."));
    }
}
