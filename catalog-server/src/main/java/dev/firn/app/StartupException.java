package dev.firn.app;

/** The server cannot start, for a reason that the operator can mend. The message is the one line that is shown. */
class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartupException(String message) {
        super(message);
    }

    StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
