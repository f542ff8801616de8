package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.names.Visible;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code firn dropped}. */
@Command(
        name = "dropped",
        mixinStandardHelpOptions = true,
        description =
                "Lists the tables and views that were dropped and can come back, and until when, what was dropped last first.")
final class DroppedCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Connection connection = options.connect()) {
            String path = connection.catalogPath("/dropped?limit=1000");
            for (JsonNode page = connection.get(path);
                    ;
                    page = connection.get(path + "&before=" + page.path("next").asLong())) {
                page.path("dropped").forEach(dropped -> out.println(line(dropped)));
                if (page.path("next").isMissingNode()) {
                    return 0;
                }
            }
        } finally {
            out.flush();
        }
    }

    private static String line(JsonNode dropped) {
        return "%s  change %-8d  %-5s  %s  (by %s)  %s"
                .formatted(
                        dropped.path("at").asText(),
                        dropped.path("change").asLong(),
                        dropped.path("kind").asText(),
                        DottedName.of(dropped),
                        Visible.text(dropped.path("principal").asText()),
                        untilWhen(dropped));
    }

    private static String untilWhen(JsonNode dropped) {
        if (!dropped.path("purge-requested").asBoolean()) {
            return "can come back at any time";
        }
        if (!dropped.has("until")) {
            return "can come back until a server runs again and its time is over";
        }
        String until = dropped.path("until").asText();
        return Instant.parse(until).isBefore(Instant.now())
                ? "can come back until its files are deleted, which is due since " + until
                : "can come back until " + until;
    }
}
