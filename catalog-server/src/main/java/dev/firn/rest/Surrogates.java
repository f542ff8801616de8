package dev.firn.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Looks for text of which JSON's escapes wrote half a character: one surrogate without its partner. */
final class Surrogates {
    private Surrogates() {}

    /** Whether there are escapes of surrogates at all: hardly any body has some. */
    static boolean mayBeIn(byte[] json) {
        for (int i = 0; i + 2 < json.length; i++) {
            if (json[i] == '\\' && json[i + 1] == 'u' && (json[i + 2] == 'd' || json[i + 2] == 'D')) {
                return true;
            }
        }
        return false;
    }

    /** The first text or name of a field with one; null if all are well. */
    static @Nullable String firstBroken(JsonFactory factory, byte[] json) throws IOException {
        try (JsonParser parser = factory.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
                    String text = parser.getText();
                    if (isBroken(text)) {
                        return text;
                    }
                }
            }
        }
        return null;
    }

    private static boolean isBroken(String text) {
        // A pair is one code point beyond the surrogates; what is left is a single one.
        return text.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
