package dev.firn.rest;

import dev.firn.catalog.Ledger;
import dev.firn.store.LedgerRow;
import java.nio.charset.StandardCharsets;

/**
 * A change as a server-sent event.
 *
 * @param row the change
 * @param bytes what is sent, to however many
 */
record ChangeEvent(LedgerRow row, byte[] bytes) {
    static ChangeEvent of(LedgerRow row) {
        String text = "id: " + row.change() + "\ndata: " + Ledger.json(row) + "\n\n";
        return new ChangeEvent(row, text.getBytes(StandardCharsets.UTF_8));
    }

    long change() {
        return row.change();
    }
}
