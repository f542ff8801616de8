package dev.firn.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the state and the tables are: the same options for the server and for every command that works on its folder. */
final class FolderOptions {
    private static final String SQLITE_URI = "jdbc:sqlite:";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data",
            defaultValue = "${env:FIRN_DATA:-firn-data}",
            description = "the folder of the state and the warehouse [FIRN_DATA]")
    private Path data = Path.of("firn-data");

    @Option(
            names = "--warehouse",
            defaultValue = "${env:FIRN_WAREHOUSE:-${env:CATALOG_WAREHOUSE}}",
            description = "the folder of the tables, if not in the data folder [FIRN_WAREHOUSE, CATALOG_WAREHOUSE]")
    private @Nullable String warehouse;

    @Option(
            names = "--database",
            defaultValue = "${env:FIRN_DATABASE:-${env:CATALOG_URI}}",
            description =
                    "the file of the state, or jdbc:sqlite:FILE, if not in the data folder [FIRN_DATABASE, CATALOG_URI]")
    private @Nullable String database;

    @Option(
            names = "--allow",
            split = ",",
            paramLabel = "FOLDER",
            defaultValue = "${env:FIRN_ALLOW}",
            description = "folders beside the warehouse where clients may place tables [FIRN_ALLOW]")
    private @Nullable List<String> allowed;

    Path data() {
        return data;
    }

    /** Null for the one in the data folder. */
    @Nullable
    Path warehouseFolder() {
        return warehouse == null || warehouse.isEmpty() ? null : folder("--warehouse", warehouse);
    }

    List<Path> allowedFolders() {
        if (allowed == null) {
            return List.of();
        }
        return allowed.stream()
                .filter(location -> !location.isEmpty())
                .map(location -> folder("--allow", location))
                .toList();
    }

    private Path folder(String option, String location) {
        String path = location.replaceFirst("^file:(//)?", "");
        if (path.contains("://")) {
            throw invalid(option + " must be a folder of this machine: " + location);
        }
        return Path.of(path);
    }

    /** Null for the one in the data folder. */
    @Nullable
    Path databaseFile() {
        if (database == null || database.isEmpty()) {
            return null;
        }
        if (database.startsWith("jdbc:") && !database.startsWith(SQLITE_URI)) {
            throw invalid("--database must be a file or jdbc:sqlite:FILE: " + database);
        }
        String path = database.startsWith(SQLITE_URI) ? database.substring(SQLITE_URI.length()) : database;
        if (path.startsWith("file:") || path.contains(":memory:")) {
            throw invalid("--database must be a file, its state is to last: " + database);
        }
        return Path.of(path);
    }

    private RuntimeException invalid(String message) {
        return spec == null ? new StartupException(message) : new ParameterException(spec.commandLine(), message);
    }
}
