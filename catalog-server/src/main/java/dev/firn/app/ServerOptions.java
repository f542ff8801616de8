package dev.firn.app;

import dev.firn.catalog.Catalogs;
import dev.firn.config.RequestLimits;
import dev.firn.config.RetentionSettings;
import dev.firn.config.ScanSettings;
import dev.firn.config.Settings;
import dev.firn.config.WebhookSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of a command that asks a server for something: on a data folder of this machine, whether a server runs there or not, or anywhere by its address.
 * The command itself is one request through the {@linkplain #connect connection}.
 */
final class ServerOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Option(
            names = "--uri",
            defaultValue = "${env:FIRN_URI}",
            description = "the address of a server, instead of a data folder [FIRN_URI]")
    private @Nullable String uri;

    @Option(
            names = "--credential",
            paramLabel = "ID:SECRET",
            defaultValue = "${env:FIRN_CREDENTIAL}",
            description =
                    "a client that the server at --uri knows; of several with spaces between, the first [FIRN_CREDENTIAL]")
    private @Nullable String credential;

    @Option(
            names = "--catalog",
            defaultValue = Catalogs.DEFAULT,
            description = "the catalog (default: ${DEFAULT-VALUE})")
    private String catalog = Catalogs.DEFAULT;

    /** A connection to the server: the one at the address, the one that runs on the data folder, or else one of its own, which ends with the connection. */
    Connection connect() {
        return connect(true);
    }

    /** The same, and on a folder without a state one is made. */
    Connection connectOrCreate() {
        return connect(false);
    }

    private Connection connect(boolean toWhatIsThere) {
        if (isGiven("--uri") && isGiven("--data")) {
            throw invalid("give --uri or --data, not both");
        }
        if (uri != null && !uri.isBlank() && !isGiven("--data")) {
            return Connection.toServer(uri.strip(), credential(), catalog);
        }
        Settings settings = settings();
        if (toWhatIsThere && !Files.exists(settings.databaseFile())) {
            throw new CommandException("there is no state in " + settings.databaseFile()
                    + "; name the data folder with --data, or a server with --uri");
        }
        return Connection.toFolder(settings, catalog);
    }

    /** Throws {@link CommandException} if a file that is to be written is part of the state, as {@link DataFolder#requireNoPartOfTheState} does. */
    void requireNoPartOfTheState(Path file) {
        DataFolder.requireNoPartOfTheState(settings().databaseFile(), file);
    }

    private @Nullable String credential() {
        if (credential == null || credential.isBlank()) {
            return null;
        }
        String first = credential.strip().split("\\s+")[0];
        int colon = first.indexOf(':');
        if (colon < 1 || colon == first.length() - 1) {
            throw invalid("--credential: a credential must be id:secret");
        }
        return first;
    }

    private Settings settings() {
        return new Settings(
                "127.0.0.1",
                0,
                folders.data(),
                folders.warehouseFolder(),
                folders.databaseFile(),
                folders.allowedFolders(),
                List.of(),
                RequestLimits.USUAL,
                new ScanSettings(100, 100, Duration.ofMinutes(1)),
                WebhookSettings.USUAL,
                RetentionSettings.USUAL);
    }

    private boolean isGiven(String option) {
        return spec != null && spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private RuntimeException invalid(String message) {
        return spec == null ? new CommandException(message) : new ParameterException(spec.commandLine(), message);
    }
}
