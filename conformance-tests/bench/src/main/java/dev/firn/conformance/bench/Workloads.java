package dev.firn.conformance.bench;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Changes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rows of the table. */
final class Workloads {
    private static final String PLAIN = "";
    private static final String GZIP = "Accept-Encoding: gzip";

    private Workloads() {}

    /** Reads, which a server of fixed bytes can answer too. */
    static Map<String, Load> reads(CatalogClient client) {
        String large = client.table(Contents.NAMESPACE, "large");
        Map<String, Load> loads = new LinkedHashMap<>();
        loads.put("loadTable, small", Load.get(client.table(Contents.NAMESPACE, "small"), PLAIN));
        loads.put("loadTable, large", Load.get(large, PLAIN));
        loads.put("loadTable, large, gzip", Load.get(large, GZIP));
        loads.put("loadTable, large, refs", Load.get(large + "?snapshots=refs", PLAIN));
        loads.put("tableExists", Load.head(client.table(Contents.NAMESPACE, "small")));
        loads.put("namespaceExists", Load.head(client.namespace(Contents.NAMESPACE)));
        loads.put(
                "page of 100 tables",
                Load.get(client.namespace(Contents.MANY) + "/tables?pageSize=100&pageToken=", PLAIN));
        return loads;
    }

    /** Writes, after the reads. */
    static Map<String, Load> writes(CatalogClient client) {
        String own = client.table(Contents.NAMESPACE, "own") + "@T";
        String change = Changes.set("key", "@N").toString();
        Map<String, Load> loads = new LinkedHashMap<>();
        loads.put(
                "createTable",
                Load.post(
                        client.namespace("created") + "/tables",
                        "{\"name\":\"t@R-@T-@N\",\"schema\":" + CatalogClient.SCHEMA + "}",
                        8));
        loads.put("commit, own table, 8", Load.post(own, change, 8));
        loads.put("commit, own table, 32", Load.post(own, change, 32));
        loads.put(
                "commit, one table, 8",
                Load.post(
                                client.table(Contents.NAMESPACE, "shared"),
                                Changes.set("key-@T", "@N").toString(),
                                8)
                        .onContended());
        loads.put("single commits, 1", Load.post(own, change, 1));
        String changes = IntStream.range(0, 10)
                .mapToObj(number -> Changes.set(Contents.NAMESPACE, "own" + number, "key", "@N")
                        .toString())
                .collect(Collectors.joining(","));
        loads.put(
                "transactions over 10 tables, 1",
                Load.post(client.root() + "/transactions/commit", "{\"table-changes\":[" + changes + "]}", 1));
        return loads;
    }
}
