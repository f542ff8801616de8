package dev.firn.conformance.port.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metadata files in the warehouse of a data folder. */
public final class MetadataFilesOnDisk {
    private static final String NAMED = """
        select metadata_location, false from entry_version
         union all select metadata_location, false from receipt where metadata_location is not null
         union all select location, true from kept_file""";

    private MetadataFilesOnDisk() {}

    /** All that the server has written, in {@code data/warehouse}. */
    public static Set<Path> all(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("warehouse"))) {
            return files.filter(MetadataFilesOnDisk::isOfTheServer).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean isOfTheServer(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".metadata.json") && !name.equals(MetadataCopy.NAME) || name.endsWith(".tmp");
    }

    /** The text of the journal of new files; empty if there is none. */
    public static String journal(Path data) throws IOException {
        Path journal = data.resolve("firn.db.new-files");
        return Files.exists(journal) ? Files.readString(journal, StandardCharsets.ISO_8859_1) : "";
    }

    /** Those of them that the state does not name, and never did. To be called while nobody writes. */
    public static Set<Path> orphans(Path data) throws IOException, SQLException {
        if (Files.notExists(data.resolve("warehouse"))) {
            return Set.of();
        }
        Set<Path> files = all(data);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("firn.db"));
                ResultSet rows = connection.createStatement().executeQuery(NAMED)) {
            while (rows.next()) {
                Path file = Path.of(rows.getString(1).replaceFirst("^file:(//)?", ""));
                files.remove(file);
                if (rows.getBoolean(2)) {
                    // It is written again in the background, first beside itself.
                    files.remove(file.resolveSibling("." + file.getFileName() + ".tmp"));
                }
            }
        }
        return files;
    }
}
