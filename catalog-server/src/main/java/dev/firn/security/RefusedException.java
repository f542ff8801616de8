package dev.firn.security;

/** Somebody is not who they say, or cannot show it. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says why, without what was shown. */
    public RefusedException(String message) {
        super(message);
    }
}
