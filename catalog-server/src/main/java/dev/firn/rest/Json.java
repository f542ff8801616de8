package dev.firn.rest;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.rest.RESTRequest;
import org.apache.iceberg.rest.RESTSerializers;
import org.jspecify.annotations.Nullable;

/** JSON as the specification writes it: iceberg-core's parsers for its types, and no guessing what a wrong type might have meant. */
final class Json {
    private static final int DEEPEST_BODY = 900;
    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    private static ObjectMapper mapper() {
        // What is answered nests a few levels deeper than what was asked for, and everybody reads a thousand.
        ObjectMapper mapper = new ObjectMapper(new JsonFactoryBuilder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST_BODY)
                        .build())
                .build());
        mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
        mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
        for (CoercionInputShape shape : new CoercionInputShape[] {
            CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
        }) {
            mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
        }
        for (CoercionInputShape shape : new CoercionInputShape[] {
            CoercionInputShape.String, CoercionInputShape.Integer, CoercionInputShape.Float
        }) {
            mapper.coercionConfigFor(LogicalType.Boolean).setCoercion(shape, CoercionAction.Fail);
        }
        RESTSerializers.registerAll(mapper);
        mapper.registerModule(SpecIds.module());
        return mapper;
    }

    /**
     * Parses and validates the body of a request.
     *
     * @throws BadRequestException if it is not JSON, or not what the type asks for
     */
    static <T extends RESTRequest> T parse(byte[] body, Class<T> type) {
        return parse(body, type, MAPPER::readValue);
    }

    /** The same, of a body that is put into the words of iceberg-core's parser first. {@code rewrite} may change the object in place. */
    static <T extends RESTRequest> T parse(byte[] body, Class<T> type, Consumer<ObjectNode> rewrite) {
        return parse(body, type, (parser, wanted) -> {
            ObjectNode tree = MAPPER.readTree(parser);
            rewrite.accept(tree);
            return MAPPER.treeToValue(tree, wanted);
        });
    }

    private interface Reader<T> {
        T read(JsonParser parser, Class<T> type) throws IOException;
    }

    private static <T extends RESTRequest> T parse(byte[] body, Class<T> type, Reader<T> reader) {
        T request;
        requireUnicode(body, type);
        try (JsonParser parser = MAPPER.getFactory().createParser(body)) {
            // Parsers of iceberg-core take an array or a number for an object without fields.
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadRequestException("Cannot parse %s: the body is no JSON object", type.getSimpleName());
            }
            request = reader.read(parser, type);
            if (parser.nextToken() != null) {
                throw new BadRequestException("Cannot parse %s: more follows the JSON value", type.getSimpleName());
            }
        } catch (BadRequestException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new BadRequestException(
                    e, "Cannot parse %s: %s", type.getSimpleName(), JsonMistakes.describe(e, body));
        }
        if (request == null) {
            throw new BadRequestException("Cannot parse %s: the body is null", type.getSimpleName());
        }
        try {
            request.validate();
        } catch (UnprocessableEntityException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new BadRequestException(e, "Invalid %s: %s", type.getSimpleName(), e.getMessage());
        }
        return request;
    }

    /** Escapes can write half a character, which no file could hold as it was sent. */
    private static void requireUnicode(byte[] body, Class<?> type) {
        @Nullable String text = null;
        try {
            text = Surrogates.mayBeIn(body) ? Surrogates.firstBroken(MAPPER.getFactory(), body) : null;
        } catch (IOException e) {
            // What else is wrong with it is told by who parses it.
            return;
        }
        if (text != null) {
            throw new BadRequestException(
                    "Cannot parse %s: text is not valid Unicode: %s",
                    type.getSimpleName(), text.replaceAll("\\p{Cs}", "?"));
        }
    }

    /** JSON that this server wrote. */
    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The state holds what is no JSON: " + json, e);
        }
    }

    /** Writes JSON by hand, in UTF-8. */
    static JsonGenerator generator(OutputStream stream) throws IOException {
        return MAPPER.getFactory().createGenerator(stream);
    }

    static byte[] bytes(Object response) {
        try {
            return MAPPER.writeValueAsBytes(response);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write " + response, e);
        }
    }
}
