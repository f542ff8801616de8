package dev.firn.conformance.port.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * A state that an older version of the server wrote, and what that version answered; see the README beside the states.
 *
 * @param source where it lies, with a placeholder for the data folder
 */
record OldState(Path source) {
    private static final String PLACEHOLDER = "@DATA@";

    /** All that are kept. */
    static List<OldState> all() throws IOException, URISyntaxException {
        Path folder = Path.of(OldState.class.getResource("README.md").toURI()).getParent();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("v"))
                    .sorted()
                    .map(OldState::new)
                    .toList();
        }
    }

    /** The version of the schema: the number in the name of its folder. */
    int version() {
        return Integer.parseInt(source.getFileName().toString().substring(1));
    }

    /** Writes it into an empty data folder. */
    void writeTo(Path data) throws IOException, SQLException {
        try (Stream<Path> files = Files.walk(source.resolve("warehouse"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = data.resolve(source.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.writeString(target, read(file, data));
            }
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("firn.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("begin; " + read(source.resolve("state.sql"), data) + "commit;");
            // The answers to keys are kept for half an hour, which has passed since.
            statement.executeUpdate("update receipt set kept_until = kept_until + 36500 * 86400000");
        }
    }

    /** What that version answered, as it answers over this data folder. */
    JsonNode expected(Path data) throws IOException {
        return Json.parse(read(source.resolve("expected.json"), data));
    }

    private static String read(Path file, Path data) throws IOException {
        return Files.readString(file).replace(PLACEHOLDER, data.toString());
    }

    @Override
    public String toString() {
        return source.getFileName().toString();
    }
}
