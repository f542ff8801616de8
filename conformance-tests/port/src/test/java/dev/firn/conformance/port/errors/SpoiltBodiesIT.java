package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** A good body of every route, spoilt in every single place in every way: the server says what is wrong, or takes what it may take, and never fails. */
@ExtendWith(SharedServer.class)
class SpoiltBodiesIT {
    private static final String MARK = "\"@spoilt@\"";

    private static final List<String> WRONG = List.of(
            "null",
            "0",
            "-1",
            "1.5",
            "true",
            "\"\"",
            "\"x\"",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "[]",
            "[null]",
            "[[1]]",
            "{}",
            "{\"a\":1}",
            "9223372036854775808",
            "1e400",
            "NaN",
            "\"" + "a".repeat(5_000) + "\"",
            "1".repeat(5_000),
            "[".repeat(3_000) + "]".repeat(3_000));

    @TestFactory
    List<DynamicTest> everyPlace(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
        List<DynamicTest> tests = new ArrayList<>();
        Bodies.good(client, namespace)
                .forEach((path, body) -> tests.add(DynamicTest.dynamicTest(path, () -> spoil(client, path, body))));
        return tests;
    }

    private static void spoil(CatalogClient client, String path, JsonNode good) {
        for (String template : withMarks(good)) {
            for (String wrong : WRONG) {
                check(client.http().post(path, template.replace(MARK, wrong)));
            }
        }
    }

    private static void check(Answer answer) {
        if (answer.status() != 200 && answer.status() != 204) {
            ErrorModel.check(answer, 400, 404, 409, 422);
            // The words of the libraries behind it tell a client nothing.
            assertThat(answer.json().at("/error/message").asText())
                    .as("%s", answer)
                    .isNotEqualTo("null")
                    .doesNotContain(
                            "java.", "org.apache", "START_", "VALUE_", "deserialize", "StreamRead", "Cannot invoke");
        }
    }

    /** The body once for each of its places, with a mark in it. */
    private static List<String> withMarks(JsonNode body) {
        List<String> all = new ArrayList<>(List.of(MARK));
        mark(body, body, all);
        return all;
    }

    private static void mark(JsonNode root, JsonNode node, List<String> all) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                object.put(field.getKey(), "@spoilt@");
                all.add(root.toString());
                object.set(field.getKey(), field.getValue());
                mark(root, field.getValue(), all);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode value = array.get(i);
                array.set(i, Json.value("@spoilt@"));
                all.add(root.toString());
                array.set(i, value);
                mark(root, value, all);
            }
        }
    }
}
