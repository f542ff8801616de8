package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn restore}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description =
                "Makes a backup the state of all catalogs again. The server may go on working; what was changed since the backup is undone, and kept in a file that is named.")
final class RestoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "FILE", description = "a file that firn backup wrote")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        BodyPublisher body = body();
        try (Connection connection = options.connectOrCreate()) {
            JsonNode restored = restore(connection, body);
            String before = restored.path("before").asText("");
            spec.commandLine()
                    .getOut()
                    .println("the state is that of %s (change %d)%s"
                            .formatted(
                                    file,
                                    restored.path("change").asLong(),
                                    before.isEmpty() ? "" : "; what it was before is in " + before));
            for (JsonNode lost : restored.path("lost")) {
                spec.commandLine()
                        .getOut()
                        .println("%s was dropped then and cannot be brought back: its metadata file has gone since"
                                .formatted(DottedName.of(lost)));
            }
        }
        return 0;
    }

    /** What the server says of a file, it says without its name, which it does not know. */
    private JsonNode restore(Connection connection, BodyPublisher body) {
        try {
            return connection.post("/api/v1/restore", body, "application/vnd.sqlite3");
        } catch (CommandException e) {
            throw new CommandException("restore of " + file + ": " + e.getMessage(), e);
        }
    }

    private BodyPublisher body() {
        if (Files.isDirectory(file)) {
            throw new CommandException(file + " is a folder");
        }
        if (!Files.isRegularFile(file)) {
            throw new CommandException("there is no file " + file);
        }
        try {
            return BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw new CommandException("cannot read " + file, e);
        }
    }
}
