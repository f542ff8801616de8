package dev.firn.rest;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;
import org.jspecify.annotations.Nullable;

/** A body of a route of our own. A field that it does not have is refused: mistyped, it would be left out, and something else be done than was meant. */
abstract class StrictRequest implements RESTRequest {
    @JsonAnySetter
    @SuppressWarnings("UnusedVariable") // Jackson gives it.
    void unknown(String field, @Nullable Object value) {
        throw new BadRequestException("Unknown field: %s", field);
    }
}
