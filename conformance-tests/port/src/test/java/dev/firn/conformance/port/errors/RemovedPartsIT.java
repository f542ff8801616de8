package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A commit that would leave a table whose metadata nobody can read again is refused. */
@ExtendWith(SharedServer.class)
class RemovedPartsIT {
    private static final String OTHER_SCHEMA =
            "{'type':'struct','fields':[{'id':1,'name':'id','required':true,'type':'long'}]}";

    @Test
    void schemaThatIsRemovedAndMadeCurrent(CatalogClient client) {
        refuses(
                client,
                "{'requirements':[],'updates':[{'action':'add-schema','schema':" + OTHER_SCHEMA
                        + "},{'action':'remove-schemas','schema-ids':[1]},"
                        + "{'action':'set-current-schema','schema-id':1}]}");
    }

    @Test
    void specThatIsRemovedAndMadeTheDefault(CatalogClient client) {
        refuses(
                client,
                "{'requirements':[],'updates':[{'action':'add-spec','spec':{'spec-id':1,'fields':"
                        + "[{'source-id':1,'transform':'identity','name':'by_id'}]}},"
                        + "{'action':'remove-partition-specs','spec-ids':[1]},{'action':'set-default-spec','spec-id':1}]}");
    }

    private static void refuses(CatalogClient client, String body) {
        String namespace = Names.namespace(client);
        JsonNode created = client.createTable(namespace, "t").expect(200).json();
        ErrorModel.check(client.commit(namespace, "t", Json.of(body)), 400);
        assertThat(client.loadTable(namespace, "t").expect(200).json()).isEqualTo(created);
    }
}
