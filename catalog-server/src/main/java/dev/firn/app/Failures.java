package dev.firn.app;

import dev.firn.store.sql.NewerStateException;
import picocli.CommandLine;

/** Tells why a command failed: one line if the operator can mend it, everything if it is our mistake. */
final class Failures {
    private Failures() {}

    static int print(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        if (failure instanceof StartupException
                || failure instanceof NewerStateException
                || failure instanceof CommandException) {
            commandLine.getErr().println("firn: " + failure.getMessage());
        } else {
            failure.printStackTrace(commandLine.getErr());
        }
        return commandLine.getCommandSpec().exitCodeOnExecutionException();
    }
}
