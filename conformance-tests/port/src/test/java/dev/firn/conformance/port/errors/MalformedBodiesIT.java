package dev.firn.conformance.port.errors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every route that takes a body, with every kind of body that is none. */
@ExtendWith(SharedServer.class)
class MalformedBodiesIT {
    private static final Map<String, byte[]> NEVER_VALID = new LinkedHashMap<>();

    static {
        NEVER_VALID.put("truncated", "{\"name\":\"a".getBytes(UTF_8));
        NEVER_VALID.put("null", "null".getBytes(UTF_8));
        NEVER_VALID.put("array", "[]".getBytes(UTF_8));
        NEVER_VALID.put("number", "5".getBytes(UTF_8));
        NEVER_VALID.put("string", "\"text\"".getBytes(UTF_8));
        NEVER_VALID.put("no JSON", "<html>".getBytes(UTF_8));
        NEVER_VALID.put("empty", new byte[0]);
        NEVER_VALID.put("blank", " ".getBytes(UTF_8));
        NEVER_VALID.put("invalid UTF-8", "{\"name\":\"\u00ff\u00fe\"}".getBytes(ISO_8859_1));
        NEVER_VALID.put("nested arrays", "[".repeat(20_000).getBytes(UTF_8));
        NEVER_VALID.put("nested objects", "{\"a\":".repeat(20_000).getBytes(UTF_8));
        NEVER_VALID.put(
                "nested where a value belongs",
                ("{\"name\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}").getBytes(UTF_8));
    }

    @TestFactory
    List<DynamicTest> everyRoute(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
        List<String> routes = List.of(
                client.root() + "/namespaces",
                client.namespace(namespace) + "/properties",
                client.namespace(namespace) + "/tables",
                client.namespace(namespace) + "/register",
                client.namespace(namespace) + "/views",
                client.table(namespace, "t"),
                client.table(namespace, "t") + "/metrics",
                client.table(namespace, "t") + "/plan",
                client.table(namespace, "t") + "/tasks",
                client.table(namespace, "t") + "/sign",
                client.namespace(namespace) + "/register-view",
                client.view(namespace, "v"),
                client.root() + "/tables/rename",
                client.root() + "/views/rename",
                client.root() + "/transactions/commit");
        List<DynamicTest> tests = new ArrayList<>();
        for (String route : routes) {
            NEVER_VALID.forEach((kind, body) -> tests.add(DynamicTest.dynamicTest(
                    kind + " to " + route, () -> ErrorModel.check(client.http().send("POST", route, body), 400))));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> wrongTypes(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        String tables = client.namespace(namespace) + "/tables";
        String table = client.table(namespace, "t");
        String transaction = client.root() + "/transactions/commit";
        return List.of(
                refused(client, client.root() + "/namespaces", "{}"),
                refused(client, client.root() + "/namespaces", "{'namespace':'a'}"),
                refused(client, client.root() + "/namespaces", "{'namespace':[1]}"),
                refused(client, client.root() + "/namespaces", "{'namespace':[null]}"),
                refused(client, client.root() + "/namespaces", "{'namespace':[]}"),
                refused(client, client.root() + "/namespaces", "{'namespace':['']}"),
                refused(client, client.root() + "/namespaces", "{'namespace':['a'],'properties':[]}"),
                refused(client, client.root() + "/namespaces", "{'namespace':['a'],'properties':{'k':1}}"),
                refused(client, client.namespace(namespace) + "/properties", "{'updates':[1]}"),
                refused(client, client.namespace(namespace) + "/properties", "{'removals':'a'}"),
                refused(client, tables, "{}"),
                refused(client, tables, "{'name':'x'}"),
                refused(client, tables, "{'name':5,'schema':" + CatalogClient.SCHEMA + "}"),
                refused(client, tables, "{'name':'','schema':" + CatalogClient.SCHEMA + "}"),
                refused(client, tables, "{'name':null,'schema':" + CatalogClient.SCHEMA + "}"),
                refused(client, tables, "{'name':'x','schema':'y'}"),
                refused(client, tables, "{'name':'x','schema':{'type':'struct','fields':[{}]}}"),
                refused(
                        client,
                        tables,
                        "{'name':'x','schema':{'type':'struct','fields':["
                                + "{'id':1,'name':'a','required':true,'type':'nonsense'}]}}"),
                refused(
                        client,
                        tables,
                        "{'name':'x','properties':{'format-version':'99'},'schema':" + CatalogClient.SCHEMA + "}"),
                refused(client, client.namespace(namespace) + "/register", "{'name':'x'}"),
                refused(client, client.namespace(namespace) + "/register", "{'name':'x','metadata-location':7}"),
                refused(client, table, "{'requirements':[{'type':'nonsense'}],'updates':[]}"),
                refused(client, table, "{'requirements':[],'updates':[{'action':'nonsense'}]}"),
                refused(client, table, "{'requirements':[],'updates':[{}]}"),
                refused(client, table, "{'requirements':[],'updates':'x'}"),
                refused(
                        client,
                        table,
                        "{'requirements':[],'updates':[{'action':'set-current-schema','schema-id':77}]}"),
                refused(client, table, "{'requirements':[],'updates':[{'action':'set-properties','updates':{'k':1}}]}"),
                refused(client, client.root() + "/tables/rename", "{'source':{}}"),
                refused(client, client.root() + "/tables/rename", "{'source':1,'destination':2}"),
                refused(client, transaction, "{}"),
                refused(client, transaction, "{'table-changes':{}}"),
                refused(client, transaction, "{'table-changes':[1]}"),
                refused(client, transaction, "{'table-changes':[{'requirements':[],'updates':[]}]}"));
    }

    @TestFactory
    List<DynamicTest> plainWords(CatalogClient client) {
        String namespaces = client.root() + "/namespaces";
        String tables = client.namespace(Names.namespace(client)) + "/tables";
        return List.of(
                told(
                        client,
                        namespaces,
                        "{'namespace':['a'],'properties':[]}",
                        "properties must be an object, not a list"),
                told(
                        client,
                        namespaces,
                        "{'namespace':['a'],'properties':{'k':{}}}",
                        "properties.k must be text, not an object"),
                told(
                        client,
                        namespaces,
                        "{'namespace':['a'],'properties':{'k':1}}",
                        "properties.k must be text, not 1"),
                told(client, namespaces, "{'namespace':['a'", "the JSON ends too early (line 1, column"),
                told(client, namespaces, "{'namespace':NaN}", "'NaN' is no JSON (line 1, column"),
                told(client, namespaces, "{'namespace':['a'],'properties':{'k':'\\ud800'}}", "not valid Unicode: ?"),
                told(client, tables, "{'name':'x','stage-create':1}", "must be true or false, not 1"),
                told(
                        client,
                        tables,
                        "{'name':'x','schema':" + CatalogClient.SCHEMA
                                + ",'partition-spec':{'spec-id':0,'fields':[{'source-id':1,'name':'p','transform':'nonsense'}]}}",
                        "Unknown transform: nonsense"),
                told(
                        client,
                        tables,
                        "{'name':'x','schema':" + CatalogClient.SCHEMA
                                + ",'partition-spec':{'spec-id':0,'fields':[{'source-id':1,'name':'p','transform':'day'}]}}",
                        "long"));
    }

    private static DynamicTest told(CatalogClient client, String route, String body, String what) {
        return DynamicTest.dynamicTest(what, () -> {
            Answer answer = client.http().post(route, body.replace('\'', '"'));
            ErrorModel.check(answer, 400);
            assertThat(answer.json().at("/error/message").asText().replace('"', '\''))
                    .contains(what);
        });
    }

    @Test
    void deepSchemasAndFilters(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        for (int depth : new int[] {50, 300, 900}) {
            String type = "{'type':'list','element-id':%d,'element-required':false,'element':";
            StringBuilder nested = new StringBuilder();
            for (int level = 0; level < depth; level++) {
                nested.append(type.formatted(level + 2));
            }
            String schema = "{'type':'struct','schema-id':0,'fields':[{'id':1,'name':'a','required':false,'type':"
                    + nested + "'int'" + "}".repeat(depth) + "}]}";
            survives(
                    client,
                    client.namespace(namespace) + "/tables",
                    "{'name':'deep" + depth + "','schema':" + schema + "}");
            survives(
                    client,
                    client.table(namespace, "t") + "/plan",
                    "{'filter':" + "{'type':'not','child':".repeat(depth) + "{'type':'is-null','term':'id'}"
                            + "}".repeat(depth) + "}");
        }
        client.loadTable(namespace, "t").expect(200);
    }

    // Deep is not wrong: it may be taken or refused, as long as the server says which.
    private static void survives(CatalogClient client, String route, String body) {
        Answer answer = client.http().post(route, body.replace('\'', '"'));
        if (answer.status() != 200) {
            ErrorModel.check(answer, 400);
        }
    }

    private static DynamicTest refused(CatalogClient client, String route, String body) {
        return DynamicTest.dynamicTest(
                body + " to " + route, () -> ErrorModel.check(client.http().post(route, body.replace('\'', '"')), 400));
    }
}
