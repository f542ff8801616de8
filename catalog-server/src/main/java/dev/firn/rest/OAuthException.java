package dev.firn.rest;

/** A request for a token that is refused, with one of the errors of RFC 6749. */
final class OAuthException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;

    OAuthException(String error, String message) {
        super(message);
        this.error = error;
    }

    /** As in {@code invalid_grant}. */
    String error() {
        return error;
    }

    /** 401 if the client is not who it says, else 400. */
    int status() {
        return error.equals("invalid_client") ? 401 : 400;
    }
}
