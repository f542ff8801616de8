package dev.firn.conformance.port.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metadata files in the warehouse of a data folder. */
public final class MetadataFilesOnDisk {
    private static final String NAMED = """
        select metadata_location from entry_version
         union select metadata_location from receipt where metadata_location is not null
         union select location from kept_file
         union select location from former_file""";

    private static final Pattern LINE = Pattern.compile(
            "^[0-9a-f]{8} file [0-9]+ file://([^\\x00\\n]*\\.metadata\\.json)\\x00*$", Pattern.MULTILINE);

    private MetadataFilesOnDisk() {}

    /** All that the server has written, in {@code data/warehouse}. */
    public static Set<Path> all(Path data) throws IOException {
        return find(data, name -> name.endsWith(".metadata.json") && !name.equals(MetadataCopy.NAME));
    }

    /** Those that were to be put in the place of others. To be called while there is no server: one that runs puts them there. */
    public static Set<Path> unfinished(Path data) throws IOException {
        return find(data, name -> name.endsWith(".tmp"));
    }

    private static Set<Path> find(Path data, Predicate<String> name) throws IOException {
        Set<Path> found = new TreeSet<>();
        if (Files.notExists(data.resolve("warehouse"))) {
            return found;
        }
        Files.walkFileTree(data.resolve("warehouse"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (name.test(file.getFileName().toString())) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return found;
    }

    /** The files in those lines of the journal of new files that are whole. */
    public static Set<Path> journal(Path data) throws IOException {
        Path journal = data.resolve("firn.db.new-files");
        if (Files.notExists(journal)) {
            return Set.of();
        }
        return LINE.matcher(Files.readString(journal, StandardCharsets.ISO_8859_1))
                .results()
                .map(line -> Path.of(line.group(1)))
                .collect(Collectors.toSet());
    }

    /** Those of all that the state does not name, and never did. To be called while nobody writes. */
    public static Set<Path> orphans(Path data) throws IOException, SQLException {
        Set<Path> files = all(data);
        files.removeAll(named(data.resolve("firn.db")));
        return files;
    }

    /** Those that states name which were there before a backup was restored. */
    public static Set<Path> ofStatesBefore(Path data) throws IOException, SQLException {
        Set<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> states = Files.newDirectoryStream(data, "firn.db.before-restore-*")) {
            for (Path state : states) {
                // A restore that was killed may have left one that is not whole, and then has not come to its end.
                if (isWhole(state)) {
                    files.addAll(named(state));
                }
            }
        }
        return files;
    }

    private static boolean isWhole(Path state) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + state);
                ResultSet rows = connection.createStatement().executeQuery("pragma integrity_check")) {
            return rows.getString(1).equals("ok") && !named(state).isEmpty();
        } catch (SQLException e) {
            return false;
        }
    }

    private static Set<Path> named(Path state) throws SQLException {
        Set<Path> files = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + state);
                ResultSet rows = connection.createStatement().executeQuery(NAMED)) {
            while (rows.next()) {
                files.add(Path.of(rows.getString(1).replaceFirst("^file:(//)?", "")));
            }
        }
        return files;
    }
}
