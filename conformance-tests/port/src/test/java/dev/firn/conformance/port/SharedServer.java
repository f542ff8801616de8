package dev.firn.conformance.port;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests that do not stop the server one server for the whole run, and a client of it. */
public final class SharedServer implements ParameterResolver {
    /** JUnit needs it. */
    public SharedServer() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == FirnServer.class || type == CatalogClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        FirnServer server = context.getRoot()
                .getStore(Namespace.GLOBAL)
                .computeIfAbsent(FirnServer.class, type -> FirnServer.start(folder()), FirnServer.class);
        return parameter.getParameter().getType() == FirnServer.class ? server : server.client();
    }

    private static Path folder() {
        try {
            // Beneath the module's build folder, where the log stays readable after a failure.
            Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
            return Files.createTempDirectory(build, "shared").resolve("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
