package dev.firn.warehouse;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;

/** Where the files of a catalog stand: the locations of new tables and views, and the rules for those that clients ask for. */
public final class Warehouse {
    /** The property of a namespace under which its tables stand, if it has it. */
    public static final String NAMESPACE_LOCATION = "location";

    private static final List<String> LOCATION_PROPERTIES =
            List.of("write.data.path", "write.metadata.path", "write.object-storage.path", "write.folder-storage.path");
    private static final int LONGEST_NAME = 64;
    private static final int UNIQUE_LENGTH = 8;
    private static final int VERSION_DIGITS = 5;
    private static final Pattern METADATA_FILE =
            Pattern.compile("[0-9]{5,}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\\.gz)?\\.metadata\\.json");

    private final String root;
    private final Locations locations;
    private final FileStore files;

    /** A warehouse below the location {@code root}, which {@code locations} allows. */
    public Warehouse(String root, Locations locations, FileStore files) {
        this.root = root;
        this.locations = locations;
        this.files = files;
    }

    /** The location below which new tables stand. */
    public String root() {
        return root;
    }

    /** The files of this warehouse. */
    public FileStore files() {
        return files;
    }

    /** Whether there is such a file; one outside of the allowed folders is not looked for. */
    public boolean exists(String location) {
        return isInside(location) && files.exists(location);
    }

    /** Whether there is no such file where it is looked for: one outside of the allowed folders may be there, and clients may well read it. */
    public boolean isGone(String location) {
        return isInside(location) && !files.exists(location);
    }

    private boolean isInside(String location) {
        try {
            requireInside(location);
            return true;
        } catch (BadRequestException e) {
            return false;
        }
    }

    /**
     * A location for a new table or view that no other has or had: a dropped or renamed one keeps its own. Names stand in it as far as every file system and
     * every engine takes them; what makes it unique is its end.
     */
    public String newLocation(TableIdentifier identifier, Map<String, String> namespaceProperties) {
        String unique = UUID.randomUUID().toString().substring(0, UNIQUE_LENGTH);
        return namespaceLocation(identifier.namespace(), namespaceProperties)
                + "/"
                + segment(identifier.name())
                + "-"
                + unique;
    }

    private String namespaceLocation(Namespace namespace, Map<String, String> properties) {
        String location = properties.get(NAMESPACE_LOCATION);
        if (location != null) {
            return withoutTrailingSlash(location);
        }
        StringBuilder below = new StringBuilder(root);
        for (String level : namespace.levels()) {
            below.append('/').append(segment(level));
        }
        return below.toString();
    }

    private static String segment(String name) {
        StringBuilder segment = new StringBuilder();
        name.codePoints()
                .limit(LONGEST_NAME)
                .forEach(point -> segment.appendCodePoint(isPlain(point, segment.isEmpty()) ? point : '_'));
        return segment.toString();
    }

    private static boolean isPlain(int point, boolean first) {
        return (point >= 'a' && point <= 'z')
                || (point >= 'A' && point <= 'Z')
                || (point >= '0' && point <= '9')
                || point == '_'
                || (!first && (point == '-' || point == '.'));
    }

    /**
     * Makes the folders that engines write to: some do not make them themselves.
     *
     * @param location of the table, allowed
     */
    public void prepare(String location) {
        files.createFolders(withoutTrailingSlash(location), List.of("data", "metadata"));
    }

    /** Throws {@link org.apache.iceberg.exceptions.BadRequestException} if the location is not in the warehouse. */
    public void requireInside(String location) {
        locations.require(location);
    }

    /** Throws {@link org.apache.iceberg.exceptions.BadRequestException} if what a client names as metadata is not in the warehouse, or cannot be metadata. */
    public void requireMetadata(String location) {
        NamedMetadata.require(locations.require(location), location);
    }

    /** Throws {@link org.apache.iceberg.exceptions.BadRequestException} if one of the properties that name locations leads out of the warehouse. */
    public void requireInside(Map<String, String> properties) {
        for (String property : LOCATION_PROPERTIES) {
            String location = properties.get(property);
            if (location != null) {
                requireInside(location);
            }
        }
    }

    /**
     * The name of the next metadata file of a table or view.
     *
     * @param folder where metadata files go
     * @param version how many there were before
     * @param extension as in {@code .metadata.json}
     */
    public static String metadataFile(String folder, int version, String extension) {
        String digits = Integer.toString(version);
        return withoutTrailingSlash(folder)
                + "/"
                + "0".repeat(Math.max(0, VERSION_DIGITS - digits.length()))
                + digits
                + "-"
                + UUID.randomUUID()
                + extension;
    }

    /** Whether a file has such a name as {@link #metadataFile} makes: nobody makes it twice. */
    public static boolean isMetadataFile(String location) {
        return METADATA_FILE
                .matcher(location.substring(location.lastIndexOf('/') + 1))
                .matches();
    }

    /** The version in the name of a metadata file; -1 if it has another form, or if none can follow it. */
    public static int metadataVersion(String metadataLocation) {
        int start = metadataLocation.lastIndexOf('/') + 1;
        int end = metadataLocation.indexOf('-', start);
        try {
            int version = end < 0 ? -1 : Integer.parseInt(metadataLocation, start, end, 10);
            return version == Integer.MAX_VALUE ? -1 : version;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The location as a folder is written: engines put the slash themselves. */
    public static String withoutTrailingSlash(String location) {
        String result = location;
        while (result.length() > 1 && result.endsWith("/")) {
            result = result.substring(0, result.length() - 1);
        }
        return result;
    }
}
