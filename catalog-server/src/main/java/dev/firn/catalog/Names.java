package dev.firn.catalog;

import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;

/** What a name may be: any text that every client can send and every engine can show. */
public final class Names {
    private static final int LONGEST = 1_000;
    private static final int DEEPEST = 64;
    private static final char LEVEL_SEPARATOR = '\u001f';

    private Names() {}

    /** Throws {@link BadRequestException} unless the namespace has levels and each can be a name. */
    public static void require(Namespace namespace) {
        if (namespace.isEmpty()) {
            throw new BadRequestException("A namespace needs at least one level");
        }
        if (namespace.length() > DEEPEST) {
            throw new BadRequestException("A namespace has at most %s levels, not %s", DEEPEST, namespace.length());
        }
        for (String level : namespace.levels()) {
            require("namespace", level);
        }
    }

    /** Throws {@link BadRequestException} unless namespace and name can be names. */
    public static void require(TableIdentifier identifier) {
        require(identifier.namespace());
        require("table or view", identifier.name());
    }

    private static void require(String what, String name) {
        if (name.isEmpty()) {
            throw new BadRequestException("The name of a %s must not be empty", what);
        }
        if (name.length() > LONGEST) {
            throw new BadRequestException(
                    "The name of a %s has at most %s characters, not %s: %s…",
                    what, LONGEST, name.length(), name.substring(0, 32));
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == 0 || c == LEVEL_SEPARATOR) {
                throw new BadRequestException("The name of a %s must not contain U+%04X", what, (int) c);
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == name.length()
                        || !Character.isLowSurrogate(name.charAt(i + 1))) {
                    throw new BadRequestException("The name of a %s is not valid Unicode", what);
                }
                i++;
            }
        }
    }
}
