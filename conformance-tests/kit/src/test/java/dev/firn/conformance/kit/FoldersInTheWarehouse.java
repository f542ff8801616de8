package dev.firn.conformance.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes the kit's temporary folders inside the warehouse: the kit asks for tables and views at such places, and the
 * server refuses all others.
 */
public final class FoldersInTheWarehouse implements TempDirFactory {
    /** JUnit needs it. */
    public FoldersInTheWarehouse() {}

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        String warehouse = System.getProperty(ServerUnderKit.WAREHOUSE_FOLDER, "");
        return warehouse.isBlank()
                ? Files.createTempDirectory("kit")
                : Files.createTempDirectory(Path.of(warehouse), "kit");
    }
}
