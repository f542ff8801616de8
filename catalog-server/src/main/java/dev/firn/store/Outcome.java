package dev.firn.store;

import org.jspecify.annotations.Nullable;

/**
 * How a request ended, in as few bytes as it takes to answer so again: a body of its own, or the metadata file of the table or view that is the answer.
 *
 * @param status the status of HTTP
 * @param kind what {@code metadataLocation} is the state of; null if there is none
 * @param metadataLocation the state that is the answer; null if it is {@code body}
 * @param body the answer as JSON; null if there is none, or if it is a state
 * @param tellsChange whether the field {@code change} of the body is to be the number of the change with which it is stored
 */
public record Outcome(
        int status,
        @Nullable EntryKind kind,
        @Nullable String metadataLocation,
        @Nullable String body,
        boolean tellsChange) {
    /** Done, and there is nothing to say about it. */
    public static final Outcome NO_CONTENT = new Outcome(204, null, null, null, false);

    /** An answer that is this JSON. */
    public static Outcome body(int status, String json) {
        return new Outcome(status, null, null, json, false);
    }

    /** An answer that is this JSON with the number of the change that is made, which is known when it is. */
    public static Outcome tellingChange(String json) {
        return new Outcome(200, null, null, json, true);
    }

    /** An answer that is the state of a table or view. */
    public static Outcome state(EntryKind kind, String metadataLocation) {
        return new Outcome(200, kind, metadataLocation, null, false);
    }
}
