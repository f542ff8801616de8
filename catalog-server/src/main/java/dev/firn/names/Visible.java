package dev.firn.names;

/** Text of others, as it is shown: characters that would break the line or steer the terminal are shown as in JSON. */
public final class Visible {
    private Visible() {}

    /** The text with such characters escaped. */
    public static String text(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().forEach(c -> {
            if (steers(c)) {
                shown.append(escape(c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }

    /** Whether there is none of them in a text. */
    public static boolean isWhole(String text) {
        return text.chars().noneMatch(Visible::steers);
    }

    private static boolean steers(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
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
