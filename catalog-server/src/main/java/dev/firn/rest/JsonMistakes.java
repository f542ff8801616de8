package dev.firn.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with a body, in words for who wrote it: the libraries speak of their own classes. */
final class JsonMistakes {
    private static final int LONGEST_VALUE = 100;
    private static final ObjectReader READER = new JsonMapper().reader();

    private JsonMistakes() {}

    static String describe(Exception e, byte[] body) {
        JsonProcessingException malformed = malformed(e);
        if (malformed instanceof JsonEOFException) {
            return "the JSON ends too early" + place(malformed);
        } else if (malformed != null) {
            return plain(malformed.getOriginalMessage()) + place(malformed);
        } else if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return mismatch(mismatch, mismatch.getTargetType(), body);
        } else if (e instanceof JsonProcessingException json) {
            return plain(json.getOriginalMessage());
        }
        return plain(String.valueOf(e.getMessage()));
    }

    /** The failure of the tokenizer, which may come wrapped. */
    private static @Nullable JsonProcessingException malformed(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof StreamReadException || cause instanceof StreamConstraintsException) {
                return (JsonProcessingException) cause;
            }
        }
        return null;
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static String mismatch(MismatchedInputException e, Class<?> wanted, byte[] body) {
        String where = e.getPath().stream().map(JsonMistakes::step).collect(Collectors.joining("."));
        return (where.isEmpty() ? "the body" : where) + " must be " + kind(wanted) + found(e, body);
    }

    private static String step(JsonMappingException.Reference reference) {
        return reference.getFieldName() == null ? String.valueOf(reference.getIndex()) : reference.getFieldName();
    }

    private static String kind(Class<?> wanted) {
        if (wanted == String.class) {
            return "text";
        } else if (wanted == Boolean.class || wanted == boolean.class) {
            return "true or false";
        } else if (Collection.class.isAssignableFrom(wanted)) {
            return "a list";
        } else if (wanted == Long.class) {
            return "a whole number";
        } else if (Number.class.isAssignableFrom(wanted) || wanted.isPrimitive()) {
            return "a number";
        }
        return "an object";
    }

    /** What stands there instead; nothing if it cannot be told. */
    private static String found(MismatchedInputException e, byte[] body) {
        JsonNode node;
        try {
            node = READER.readTree(body);
        } catch (IOException unreadable) {
            return "";
        }
        for (JsonMappingException.Reference reference : e.getPath()) {
            node = reference.getFieldName() == null
                    ? node.path(reference.getIndex())
                    : node.path(reference.getFieldName());
        }
        return switch (node.getNodeType()) {
            case OBJECT -> ", not an object";
            case ARRAY -> ", not a list";
            case STRING -> ", not the text \"" + shortened(node.asText()) + "\"";
            case MISSING -> "";
            default -> ", not " + shortened(node.asText());
        };
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }

    /** Without the names of methods and settings that only the library's users know. */
    private static String plain(String message) {
        return message.replaceAll(", from `[^`]*`", "")
                .replaceAll(": enable `[^`]*` to allow", " is no JSON")
                .replaceAll("`([^`]*)`", "$1");
    }
}
