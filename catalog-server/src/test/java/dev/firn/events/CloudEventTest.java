package dev.firn.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firn.store.CatalogRecord;
import dev.firn.store.ChangeFilter;
import dev.firn.store.LedgerRow;
import dev.firn.store.Webhook;
import java.io.IOException;
import java.time.Instant;
import org.apache.iceberg.catalog.Namespace;
import org.junit.jupiter.api.Test;

class CloudEventTest {
    private static final Webhook WEBHOOK = new Webhook(
            1,
            new CatalogRecord(1, "main"),
            "http://localhost/hook",
            Signatures.newSecret(),
            ChangeFilter.ALL,
            Instant.EPOCH,
            "me",
            null);

    private static String subject(String namespace, String name) throws IOException {
        LedgerRow row = new LedgerRow(
                1, 1, Instant.EPOCH, "me", "create-table", Namespace.of(namespace), name, "u", "{}", "m", true);
        return new ObjectMapper()
                .readTree(CloudEvent.of(WEBHOOK, row).body())
                .get("subject")
                .asText();
    }

    /** No attribute of an event may have a control character in it, and commands take what is written so. */
    @Test
    void aSubjectIsWrittenAsOnTheCommandLine() throws IOException {
        assertThat(subject("lake", "birds")).isEqualTo("lake.birds");
        assertThat(subject("a.b", "two\nlines")).isEqualTo("\"a.b\".\"two\\nlines\"");
        assertThat(subject("lake", "a.b\\n")).isEqualTo("lake.\"a.b\\\\n\"");
    }
}
