package dev.firn.store.sql;

import java.nio.file.Path;

/** The file of state was written by a newer version of the server than this one. */
public final class NewerStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NewerStateException(Path file, int found, int known) {
        super(
                "%s was written by a newer version of Firn (state version %d, this server knows %d); start that version, or use another data folder"
                        .formatted(file, found, known));
    }
}
