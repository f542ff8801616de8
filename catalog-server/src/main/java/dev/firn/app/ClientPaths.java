package dev.firn.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which clients cannot work with tables below a folder, because of its path. They take the location of a file for something else than the name that it is;
 * the server can do nothing about that, and the names of tables are kept out of locations for the same reason.
 */
final class ClientPaths {
    private ClientPaths() {}

    /** A sentence for each client that has trouble with one of the folders. */
    static List<String> troubles(List<Path> folders) {
        List<String> found = new ArrayList<>();
        for (Path folder : folders) {
            String path = folder.toAbsolutePath().normalize().toString();
            if (path.chars().anyMatch(c -> c > 0x7f || c == '\\')) {
                found.add("DuckDB cannot delete or update rows of tables in " + path
                        + ": its path has a backslash or characters beyond ASCII in it");
            }
            if (path.chars().anyMatch(c -> c == '#' || c == '?')) {
                found.add("PyIceberg cannot read or write tables in " + path + ": its path has a # or ? in it");
            }
        }
        return found;
    }
}
