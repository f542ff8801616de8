package dev.firn.conformance.port.scan;

import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A server for the tests of scan planning, with limits so small that small tables have plan tasks and are planned in the background. */
public final class ScanServer implements ParameterResolver {
    static final int FILES_PER_ANSWER = 3;
    static final int FILES_WHILE_WAITING = 20;

    /** JUnit needs it. */
    public ScanServer() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FirnServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(ScanServer.class))
                .computeIfAbsent(FirnServer.class, type -> start("3600"), FirnServer.class);
    }

    /** A server of its own whose plans live for so many seconds. */
    static FirnServer start(String planSeconds) {
        try {
            Path build = Files.createDirectories(Path.of("target").toAbsolutePath());
            return FirnServer.start(
                    Files.createTempDirectory(build, "scan").resolve("data"),
                    Map.of(
                            "FIRN_SCAN_FILES_PER_ANSWER", String.valueOf(FILES_PER_ANSWER),
                            "FIRN_SCAN_FILES_WHILE_WAITING", String.valueOf(FILES_WHILE_WAITING),
                            "FIRN_SCAN_PLAN_SECONDS", planSeconds));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
