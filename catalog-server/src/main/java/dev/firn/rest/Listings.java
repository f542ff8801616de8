package dev.firn.rest;

import dev.firn.store.Page;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.responses.ListTablesResponse;

/** Pages of the names of tables or views. */
final class Listings {
    private Listings() {}

    static ListTablesResponse names(Namespace namespace, List<String> found, Page page) {
        List<String> fitting = Queries.fitting(found, page);
        ListTablesResponse.Builder response = ListTablesResponse.builder();
        fitting.forEach(name -> response.add(TableIdentifier.of(namespace, name)));
        if (!fitting.isEmpty()) {
            response.nextPageToken(Queries.nextToken(found, page, fitting.get(fitting.size() - 1)));
        }
        return response.build();
    }
}
