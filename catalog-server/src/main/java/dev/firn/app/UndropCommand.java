package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code firn undrop}. */
@Command(
        name = "undrop",
        mixinStandardHelpOptions = true,
        description =
                "Brings back a table or view that was dropped, with its history. A part of a name with a dot in it stands in double quotes; in these, \\n, \\u001b and the like are characters that cannot be shown, and \\\\ is a backslash.")
final class UndropCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Mixin
    private DroppedOptions dropped = new DroppedOptions();

    @Option(
            names = "--to",
            paramLabel = "NAMESPACE.NAME",
            converter = DottedName.Converter.class,
            description = "another name for it")
    private @Nullable DottedName destination;

    @Option(
            names = "--create-namespace",
            description = "makes its namespace again if that is gone, with the properties that it had")
    private boolean createNamespace;

    @Override
    public Integer call() {
        ObjectNode request = dropped.json();
        if (destination != null) {
            request.set("to", destination.json());
        }
        request.put("create-namespace", createNamespace);
        try (Connection connection = options.connect()) {
            JsonNode back = connection.post(connection.catalogPath("/undrop"), request);
            spec.commandLine()
                    .getOut()
                    .println("%s %s is back (change %d)"
                            .formatted(
                                    back.path("kind").asText(),
                                    DottedName.of(back),
                                    back.path("change").asLong()));
        }
        return 0;
    }
}
