package dev.firn.scan;

/** The planning of a scan was interrupted, because nobody wants it any more or the server stops. */
final class ScanCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScanCancelledException(Throwable cause) {
        super("The planning of the scan was cancelled", cause);
    }
}
