package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.store.AddedWebhook;
import dev.firn.store.CatalogStore;
import dev.firn.store.ChangeFilter;
import dev.firn.store.NewWebhook;
import dev.firn.store.Outcome;
import dev.firn.store.Receipt;
import dev.firn.store.ReceiptTakenException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of a request comes with what it did, or neither does: nothing between them can be cut off. */
class SqlWebhookStoreTest {
    private static final Receipt RECEIPT = new Receipt("key", "request", Outcome.NO_CONTENT, Duration.ofMinutes(1));

    @TempDir
    private Path folder;

    private CatalogStore store;

    @BeforeEach
    void open() {
        store = new SqlCatalogStore(folder.resolve("firn.db"), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aWebhookIsMadeWithItsReceipt() {
        AddedWebhook added = add(Optional.of(RECEIPT));
        assertThat(store.webhooks().all()).containsExactly(added.webhook());
        assertThat(store.receipt("key")).isPresent();
    }

    @Test
    void aWebhookIsNotMadeWhereItsReceiptCannotBe() {
        store.remember(RECEIPT);
        assertThatThrownBy(() -> add(Optional.of(RECEIPT))).isInstanceOf(ReceiptTakenException.class);
        assertThat(store.webhooks().all()).isEmpty();
    }

    @Test
    void aWebhookIsNotRemovedWhereItsReceiptCannotBe() {
        AddedWebhook added = add(Optional.of(RECEIPT));
        assertThatThrownBy(() -> store.webhooks().remove(added.webhook(), Optional.of(RECEIPT)))
                .isInstanceOf(ReceiptTakenException.class);
        assertThat(store.webhooks().all()).containsExactly(added.webhook());
    }

    private AddedWebhook add(Optional<Receipt> receipt) {
        return store.webhooks()
                .add(
                        new NewWebhook(
                                store.catalog("main").orElseThrow(),
                                "http://127.0.0.1:9/",
                                "secret",
                                ChangeFilter.ALL,
                                "tester",
                                null),
                        added -> receipt);
    }
}
