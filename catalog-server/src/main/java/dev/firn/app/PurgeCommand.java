package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code firn purge}. */
@Command(
        name = "purge",
        mixinStandardHelpOptions = true,
        description =
                "Has the files of a table deleted that was dropped without a purge, as if it had been dropped with one: firn serve does it after its --purge-after, and until then firn undrop brings the table back. Files need not be there any more. A part of a name with a dot in it stands in double quotes; in these, \\n, \\u001b and the like are characters that cannot be shown, and \\\\ is a backslash.")
final class PurgeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Mixin
    private DroppedOptions dropped = new DroppedOptions();

    @Override
    public Integer call() {
        try (Connection connection = options.connect()) {
            JsonNode purged = connection.post(connection.catalogPath("/purge"), dropped.json());
            spec.commandLine()
                    .getOut()
                    .println(
                            "%s %s, dropped by change %d, is to be purged (change %d); firn dropped says until when it can come back"
                                    .formatted(
                                            purged.path("kind").asText(),
                                            DottedName.of(purged),
                                            purged.path("dropped").asLong(),
                                            purged.path("change").asLong()));
        }
        return 0;
    }
}
