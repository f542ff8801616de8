package dev.firn.app;

import dev.firn.store.Dotted;

/** Text of others, as it is printed: characters that would break the line or steer the terminal are shown as in JSON. */
final class Visible {
    private Visible() {}

    static String text(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().forEach(c -> {
            if (Dotted.steers(c)) {
                shown.append(escape(c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> "\\u%04x".formatted(c);
        };
    }
}
