package dev.firn.conformance.port.specification;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The project's own table of what the REST specification asks for: {@code operations.tsv}. */
final class Operations {
    /** Stands for all operations but the one that gives out tokens. */
    static final String EVERY = "every";

    /** The one operation whose failures are of a kind of their own. */
    static final String ALONE = "getToken";

    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");

    private Operations() {}

    /**
     * One row.
     *
     * @param kind {@code operation}, {@code query}, {@code header}, {@code response-header}, {@code status}, or {@code answer} for a part of
     *     an answer
     * @param origin {@code spec}, or {@code firn} for what this server adds
     * @param proof {@code test}, or {@code never} for an answer that it does not give
     */
    record Row(String operation, String kind, String name, String origin, String proof, String words) {
        /** What tests call it. */
        String key() {
            return kind.equals("operation") ? operation : operation + " " + name;
        }

        boolean isSpecified() {
            return origin.equals("spec");
        }

        boolean isProved() {
            return proof.equals("test");
        }
    }

    static List<Row> rows() {
        try (InputStream stream = Operations.class.getResourceAsStream("operations.tsv");
                BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Operations::row)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Row row(String line) {
        String[] cells = line.split("\t", -1);
        if (cells.length != 6
                || !Set.of("spec", "firn").contains(cells[3])
                || !Set.of("test", "never").contains(cells[4])) {
            throw new IllegalStateException("Not a row of operations.tsv: " + line);
        }
        return new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);
    }

    /** What the rows say, one statement a line, in the words of {@link Described}. */
    static Set<String> statements(Collection<Row> rows) {
        Set<String> statements = new TreeSet<>();
        Set<String> operations = rows.stream()
                .map(Row::operation)
                .filter(operation -> !operation.equals(EVERY))
                .collect(Collectors.toSet());
        for (Row row : rows) {
            if (row.kind.equals("answer")) {
                continue;
            }
            if (row.operation.equals(EVERY)) {
                operations.stream()
                        .filter(operation -> !operation.equals(ALONE))
                        .forEach(operation -> statements.add(Described.statement(operation, row.kind, row.name)));
            } else {
                statements.add(Described.statement(row.operation, row.kind, row.name));
            }
            if (row.kind.equals("operation")) {
                Matcher parameter = PARAMETER.matcher(row.name);
                while (parameter.find()) {
                    statements.add(Described.statement(row.operation, "path", parameter.group(1)));
                }
            }
        }
        return statements;
    }

    static String normal(String kind, String name) {
        return kind.endsWith("header") ? name.toLowerCase(Locale.ROOT) : name;
    }
}
