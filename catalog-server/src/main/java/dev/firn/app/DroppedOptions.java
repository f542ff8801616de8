package dev.firn.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which of what was dropped is meant. */
final class DroppedOptions {
    @Parameters(
            paramLabel = "NAMESPACE.NAME",
            converter = DottedName.Converter.class,
            description = "the name under which it was dropped")
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private DottedName name;

    @Option(
            names = "--change",
            description = "the change that dropped it, if not the last one of this name; firn dropped lists them")
    private @Nullable Long change;

    /** How a request says it. */
    ObjectNode json() {
        ObjectNode request = name.json();
        if (change != null) {
            request.put("change", change);
        }
        return request;
    }
}
