package dev.firn.store;

/** A request with the same key has been finished meanwhile. Nothing was changed. */
public final class ReceiptTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names the key. */
    public ReceiptTakenException(String key) {
        super("A request with this Idempotency-Key has been finished meanwhile: " + key, null, false, false);
    }
}
