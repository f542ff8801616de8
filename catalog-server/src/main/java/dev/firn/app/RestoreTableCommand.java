package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn restore-table}. */
@Command(
        name = "restore-table",
        mixinStandardHelpOptions = true,
        description =
                "Puts a table or view back to what it was at a moment of the past, as a new change. A part of a name with a dot in it stands in double quotes; in these, \\n, \\u001b and the like are characters that cannot be shown, and \\\\ is a backslash.")
final class RestoreTableCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "NAMESPACE.NAME", converter = DottedName.Converter.class, description = "its name now")
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private DottedName name;

    @Option(
            names = "--at",
            required = true,
            paramLabel = "MOMENT",
            description =
                    "a date (2026-11-01: its midnight in UTC), a time (2026-11-01T12:00:00Z), or a change (change:1234)")
    private String at = "";

    @Override
    public Integer call() {
        try (Connection connection = options.connect()) {
            JsonNode back = connection.post(
                    connection.catalogPath("/restore-table"), name.json().put("at", at));
            spec.commandLine()
                    .getOut()
                    .println("%s %s is what it was at %s (change %d)"
                            .formatted(
                                    back.path("kind").asText(),
                                    DottedName.of(back),
                                    at,
                                    back.path("change").asLong()));
        }
        return 0;
    }
}
