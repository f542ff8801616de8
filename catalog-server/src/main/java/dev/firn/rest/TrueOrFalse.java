package dev.firn.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;

/** Reads true or false in a request of our own. Jackson would take numbers and texts for them as well, an empty one for false. */
final class TrueOrFalse extends StdScalarDeserializer<Boolean> {
    TrueOrFalse() {
        super(Boolean.class);
    }

    @Override
    public Boolean deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_TRUE) && !parser.hasToken(JsonToken.VALUE_FALSE)) {
            throw MismatchedInputException.from(parser, Boolean.class, "neither true nor false");
        }
        return parser.getBooleanValue();
    }
}
