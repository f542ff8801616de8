package dev.firn.config;

/**
 * How large a request may be.
 *
 * @param body in bytes, as it comes and also uncompressed; a larger one is answered 413
 * @param head the request line with all headers, in bytes; a larger one is answered 414 or 431
 */
public record RequestLimits(long body, int head) {
    /** What suits a server that is not told otherwise: names of the longest kind, encoded, fit into a path. */
    public static final RequestLimits USUAL = new RequestLimits(64L * 1024 * 1024, 32 * 1024);
}
