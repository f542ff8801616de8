package dev.firn.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.Function;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.UnboundPartitionSpec;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CommitTransactionRequestParser;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequestParser;

/**
 * Takes partition specs without {@code spec-id}, which the specification leaves out of what clients send and iceberg-core's parser insists on. Any number does
 * in its place: a new spec gets its id from the table.
 */
final class SpecIds {
    private static final String SPEC_ID = "spec-id";

    private SpecIds() {}

    /** Readers of all requests with partition specs in them. To be registered after those of iceberg-core, so that they come first. */
    static Module module() {
        return new SimpleModule("spec-ids")
                .addDeserializer(
                        UnboundPartitionSpec.class, reader(node -> PartitionSpecParser.fromJson(withSpecId(node))))
                .addDeserializer(
                        UpdateTableRequest.class, reader(node -> UpdateTableRequestParser.fromJson(ofCommit(node))))
                .addDeserializer(
                        CommitTransactionRequest.class,
                        reader(node -> CommitTransactionRequestParser.fromJson(ofTransaction(node))));
    }

    private static JsonNode ofTransaction(JsonNode transaction) {
        transaction.path("table-changes").forEach(SpecIds::ofCommit);
        return transaction;
    }

    private static JsonNode ofCommit(JsonNode commit) {
        commit.path("updates").forEach(update -> withSpecId(update.path("spec")));
        return commit;
    }

    private static JsonNode withSpecId(JsonNode spec) {
        if (spec instanceof ObjectNode object && !object.hasNonNull(SPEC_ID)) {
            object.put(SPEC_ID, 0);
        }
        return spec;
    }

    private static <T> JsonDeserializer<T> reader(Function<JsonNode, T> parse) {
        return new JsonDeserializer<>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                return parse.apply(parser.getCodec().readTree(parser));
            }
        };
    }
}
