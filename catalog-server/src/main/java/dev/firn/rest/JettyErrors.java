package dev.firn.rest;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what fails before a route is reached (a malformed request line, headers that are too large) with the error model instead of Jetty's page; and those who wait for
 * an outcome that is not known yet when a stop cuts them off.
 */
final class JettyErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(body(request, response.getStatus())), callback);
        return true;
    }

    private static byte[] body(Request request, int status) {
        if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof EofException) {
            return Errors.body(
                    status,
                    "CommitStateUnknownException",
                    "The server stops, and it is not known whether what was asked for will have been done");
        }
        Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        return Errors.body(
                status, Errors.typeOf(status), message == null ? "The request cannot be read" : message.toString());
    }
}
