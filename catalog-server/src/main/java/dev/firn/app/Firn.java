package dev.firn.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "firn",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "An Apache Iceberg REST catalog in one jar.",
        subcommands = {
            ServeCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DroppedCommand.class,
            UndropCommand.class,
            RestoreTableCommand.class,
            WebhookCommand.class,
            DoctorCommand.class,
            RehearseCommand.class
        })
public final class Firn {
    private Firn() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Firn())
                .setExecutionExceptionHandler(Failures::print)
                .execute(arguments));
    }
}
