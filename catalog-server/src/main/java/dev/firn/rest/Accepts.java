package dev.firn.rest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client says it takes. */
final class Accepts {
    private static final String EVENTS = "text/event-stream";
    private static final String JSON = "application/json";

    private Accepts() {}

    /** Whether it asks for server-sent events by their name, and for nothing else rather than these. */
    static boolean events(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        double events = quality(accept, EVENTS);
        return events > 0 && events >= quality(accept, JSON);
    }

    /** Whether it takes answers that are compressed with gzip. */
    static boolean gzip(@Nullable String acceptEncoding) {
        return acceptEncoding != null && (quality(acceptEncoding, "gzip") > 0 || quality(acceptEncoding, "x-gzip") > 0);
    }

    /** How much a client likes a type that it names, from 0 to 1; 0 if it does not name it. */
    private static double quality(String accept, String type) {
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            if (parts[0].strip().equals(type)) {
                return quality(parts);
            }
        }
        return 0;
    }

    private static double quality(String[] parts) {
        for (String part : parts) {
            String parameter = part.strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2).strip());
                } catch (NumberFormatException e) {
                    return 1;
                }
            }
        }
        return 1;
    }
}
