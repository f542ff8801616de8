package dev.firn.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarehouseTest {
    @ParameterizedTest
    @CsvSource({
        "/w/t/metadata/00007-x.metadata.json, 7",
        "/w/t/metadata/123456-x.metadata.json, 123456",
        "/w/t/metadata/v7.metadata.json, -1",
        "/w/t/metadata/-7-x.metadata.json, -1",
        "/w/t-1/metadata/x, -1",
        "/w/t/metadata/2147483648-x.metadata.json, -1",
    })
    void theVersionStandsInTheName(String location, int version) {
        assertThat(Warehouse.metadataVersion(location)).isEqualTo(version);
    }

    @Test
    void theFileAfterThatOfTheHighestVersionHasANameOfOurs() {
        int next = Warehouse.metadataVersion("/w/t/metadata/2147483647-x.metadata.json") + 1;

        assertThat(Warehouse.metadataFile("/w/t/metadata", next, ".metadata.json"))
                .matches(Warehouse::isMetadataFile);
    }
}
