package dev.firn.app;

import dev.firn.config.Settings;
import dev.firn.security.Credentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code firn serve}. Each option can stand in a variable; those that Apache's own fixture server knows are taken too, so that Firn fits where it ran.
 */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Serves the catalog until it is stopped.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--host",
            defaultValue = "${env:FIRN_HOST:-127.0.0.1}",
            description = "the address to listen on [FIRN_HOST]")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "${env:FIRN_PORT:-${env:CATALOG_REST_PORT:-${env:REST_PORT:-8181}}}",
            description = "the port to listen on; 0 for any that is free [FIRN_PORT, CATALOG_REST_PORT]")
    private int port;

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Mixin
    private RequestOptions requests = new RequestOptions();

    @Option(
            names = "--credential",
            paramLabel = "ID:SECRET",
            description =
                    "a client that may call; once there is one, nobody else may. May be given more than once; the variable holds several with spaces between [FIRN_CREDENTIAL]")
    private List<String> credentials = List.of();

    @Mixin
    private ScanOptions scans = new ScanOptions();

    @Mixin
    private WebhookOptions webhooks = new WebhookOptions();

    @Mixin
    private RetentionOptions retention = new RetentionOptions();

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = settings();
        Thread.setDefaultUncaughtExceptionHandler(new LostThreads());
        CountDownLatch stopped = new CountDownLatch(1);
        Server server = Server.start(settings);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            System.out.println("Firn has stopped.");
                            stopped.countDown();
                        },
                        "firn-shutdown"));
        System.out.print(Welcome.text(server, settings));
        System.out.flush();
        warnOfEncoding();
        warnOfPaths(settings);
        stopped.await();
        return 0;
    }

    /** Before anybody has made a table there: tables stay where they were made. */
    private static void warnOfPaths(Settings settings) {
        List<Path> folders = new ArrayList<>(settings.allowedFolders());
        folders.add(0, settings.warehouseFolder());
        ClientPaths.troubles(folders).forEach(LOG::warn);
    }

    /** The launcher sees to that; whoever runs the jar by himself may not know. */
    private static void warnOfEncoding() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        if (!encoding.equalsIgnoreCase("UTF-8")) {
            LOG.warn(
                    "The locale's encoding is {}, not UTF-8: paths beyond ASCII cannot be used; LC_ALL=C.UTF-8 puts that right",
                    encoding);
        }
    }

    private Settings settings() {
        if (port < 0 || port > 65_535) {
            throw invalid("--port must be between 0 and 65535: " + port);
        }
        return new Settings(
                host,
                port,
                folders.data(),
                folders.warehouseFolder(),
                folders.databaseFile(),
                folders.allowedFolders(),
                credentials(),
                requests.limits(),
                scans.settings(),
                webhooks.settings(),
                retention.settings());
    }

    /** From the options, else from the variable, which other users of the machine cannot see. */
    private List<String> credentials() {
        String variable = System.getenv("FIRN_CREDENTIAL");
        List<String> found = !credentials.isEmpty() || variable == null || variable.isBlank()
                ? credentials
                : List.of(variable.trim().split("\\s+"));
        try {
            Credentials.of(found);
        } catch (IllegalArgumentException e) {
            throw invalid("--credential: " + e.getMessage());
        }
        return found;
    }

    private RuntimeException invalid(String message) {
        if (spec == null) {
            return new StartupException(message);
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
