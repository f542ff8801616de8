package dev.firn.rest;

import dev.firn.catalog.Namespaces;
import java.util.ArrayList;
import java.util.HashMap;
import org.apache.iceberg.rest.responses.CreateNamespaceResponse;
import org.apache.iceberg.rest.responses.UpdateNamespacePropertiesResponse;

/** The answers to changes of namespaces. */
final class NamespaceResponses {
    private NamespaceResponses() {}

    static CreateNamespaceResponse created(Namespaces.Created created) {
        return CreateNamespaceResponse.builder()
                .withNamespace(created.namespace())
                .setProperties(new HashMap<>(created.properties()))
                .build();
    }

    static UpdateNamespacePropertiesResponse updated(Namespaces.PropertyChanges changes) {
        return UpdateNamespacePropertiesResponse.builder()
                // the builder asks for null in the list, which an immutable one answers with an exception
                .addUpdated(new ArrayList<>(changes.updated()))
                .addRemoved(changes.removed())
                .addMissing(changes.missing())
                .build();
    }
}
