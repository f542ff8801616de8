package dev.firn.conformance.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Collects what was measured and prints it. */
final class Report {
    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();

    void add(String row, String server, double value) {
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                .computeIfAbsent(server, key -> new ArrayList<>())
                .add(value);
    }

    void add(String row, String server, Load.Result result) {
        add(row, server, result.perSecond());
        String line = "%-32s %-10s %9.0f /s, median %7.2f ms, p99 %8.2f ms, %d answered 409, %d failed"
                .formatted(
                        row,
                        server,
                        result.perSecond(),
                        result.median(),
                        result.p99(),
                        result.conflicts(),
                        result.failures());
        System.out.println(line);
    }

    /** The rows that a bare server can be measured on. */
    List<String> reads() {
        return rows.keySet().stream()
                .filter(row -> row.startsWith("loadTable") || row.endsWith("Exists") || row.startsWith("page"))
                .toList();
    }

    void print() {
        System.out.println();
        System.out.println("| work | firn | fixture | bare | firn / fixture | firn / bare | others |");
        System.out.println("|---|---|---|---|---|---|---|");
        rows.forEach((row, values) -> {
            double firn = median(values, "firn");
            StringBuilder others = new StringBuilder();
            for (String server : new TreeSet<>(values.keySet())) {
                if (server.startsWith("http")) {
                    others.append("%s: %.0f ".formatted(server, median(values, server)));
                }
            }
            System.out.printf(
                    "| %s | %.0f | %s | %s | %s | %s | %s |%n",
                    row,
                    firn,
                    number(median(values, "fixture"), "%.0f"),
                    number(median(values, "bare"), "%.0f"),
                    number(firn / median(values, "fixture"), "%.2f"),
                    number(firn / median(values, "bare"), "%.2f"),
                    others);
        });
    }

    private static String number(double value, String format) {
        return Double.isNaN(value) ? "" : format.formatted(value);
    }

    private static double median(Map<String, List<Double>> values, String server) {
        List<Double> sorted =
                values.getOrDefault(server, List.of()).stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }
}
