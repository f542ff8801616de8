package dev.firn.rest;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Ends requests whose answer could not be sent, as to a client that reset its connection. Jetty's {@code EagerContentHandler} gives a callback to who handles a request with a body
 * whose {@code failed} does nothing (as of 12.1.12): the request stayed under way for ever, and its connection open. What it was to do is in {@code fail}.
 */
final class FailedAnswers extends Handler.Wrapper {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Callback whole = callback instanceof Request waited
                ? Callback.from(callback.getInvocationType(), callback::succeeded, waited::fail)
                : callback;
        return super.handle(request, response, whole);
    }
}
