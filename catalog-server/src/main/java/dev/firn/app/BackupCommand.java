package dev.firn.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn backup}. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description =
                "Writes the state of all catalogs, as it is at this moment, into a file. The server may go on working. Copy the warehouse after it, never before: files are added to it before the state names them.")
final class BackupCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "FILE", description = "the file to write")
    private Path file = Path.of("");

    @Option(names = "--force", description = "writes over a file that is there")
    private boolean force;

    @Override
    public Integer call() {
        NewFile target = new NewFile(file.toAbsolutePath(), force);
        target.requireAbsent();
        options.requireNoPartOfTheState(file);
        try (Connection connection = options.connect()) {
            long bytes = connection.download("/api/v1/backup", target);
            spec.commandLine().getOut().println("%s holds the state, %,d bytes".formatted(file, bytes));
        }
        return 0;
    }
}
