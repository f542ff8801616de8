package dev.firn.app;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "firn",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "An Apache Iceberg REST catalog in one jar.")
public final class Firn {
    /**
     * How large a copy each thread keeps for what it writes next, in bytes. Java copies what is written to a file or a socket out of the heap first, and unless it is told keeps the largest
     * copy in every thread: a large answer is sent by as many threads as its client is slow to take it. It looks when it first writes.
     */
    private static final String LARGEST_KEPT_COPY = "jdk.nio.maxCachedBufferSize";

    private static final Map<String, Class<?>> COMMANDS = commands(
            ServeCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DroppedCommand.class,
            UndropCommand.class,
            PurgeCommand.class,
            RestoreTableCommand.class,
            WebhookCommand.class,
            DoctorCommand.class,
            RehearseCommand.class);

    private Firn() {}

    private static Map<String, Class<?>> commands(Class<?>... types) {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        for (Class<?> type : types) {
            commands.put(type.getAnnotation(Command.class).name(), type);
        }
        return commands;
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (System.getProperty(LARGEST_KEPT_COPY) == null) {
            System.setProperty(LARGEST_KEPT_COPY, String.valueOf(1024 * 1024));
        }
        CommandLine line = line(arguments).setExecutionExceptionHandler(Failures::print);
        // one for all commands, so that it can be flushed here
        line.setOut(line.getOut());
        int exitCode = line.execute(arguments);
        line.getOut().flush();
        if (Output.isLost()) {
            System.err.println("firn: cannot write the output");
            exitCode = exitCode == 0 ? 1 : exitCode;
        }
        System.exit(exitCode);
    }

    /** Knows the one command that is named, or all where none is: reading the options of all takes a fifth of the start of a server. */
    private static CommandLine line(String[] arguments) {
        CommandLine line = new CommandLine(new Firn());
        Class<?> named = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        Collection<Class<?>> wanted = named == null ? COMMANDS.values() : List.of(named);
        wanted.forEach(line::addSubcommand);
        return line;
    }
}
