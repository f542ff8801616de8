package dev.firn.conformance.port.errors;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.port.SharedServer;
import dev.firn.conformance.port.specification.Covers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that lead nowhere. */
@ExtendWith(SharedServer.class)
class RoutesIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/v2/config",
                "/v1/main/nonsense",
                "/v1/main/nonsense/deeper",
                "/v1/nowhere/namespaces",
                "/v1/nowhere/namespaces/a/tables",
                "/v1/main/namespaces/a/nonsense",
                "/v1/main/namespaces/a/tables/t/nonsense",
                "/v1/main/namespaces/a/tables/t/u/v/w",
                "/index.php",
                "/etc/passwd",
            })
    void unknown(String path, CatalogClient client) {
        ErrorModel.check(client.http().get(path), 404);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/config",
        "POST, /v1/config",
        "DELETE, /v1/main/namespaces",
        "PUT, /v1/main/namespaces/a",
        "PATCH, /v1/main/namespaces/a/tables/t",
        "PUT, /v1/main/namespaces/a/tables",
        "GET, /v1/main/transactions/commit",
        "GET, /v1/main/tables/rename",
        "NONSENSE, /v1/main/namespaces",
    })
    void methodThatThePathDoesNotHave(String method, String path, CatalogClient client) {
        ErrorModel.check(client.http().send(method, path, new byte[0]), 405);
    }

    @Test
    @Covers("getConfig 404")
    void unknownWarehouse(CatalogClient client) {
        ErrorModel.check(client.http().get("/v1/config?warehouse=nowhere"), 404);
        ErrorModel.check(client.http().get("/v1/config?warehouse=%2Fetc%2Fpasswd"), 404);
        client.http().get("/v1/config?warehouse=main").expect(200);
    }

    @Test
    void withAndWithoutPrefix(CatalogClient client) {
        client.http().get("/v1/namespaces").expect(200);
        client.http().get("/v1/main/namespaces").expect(200);
    }
}
