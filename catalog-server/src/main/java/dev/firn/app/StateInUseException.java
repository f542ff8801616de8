package dev.firn.app;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state is locked by another server, or by a command that works on it. */
final class StateInUseException extends StartupException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String address;

    /** {@code address} is where the server listens that has the lock; null if it is not known. */
    StateInUseException(Path database, @Nullable String address) {
        super(
                address == null
                        ? "another server or command is at work on " + database
                                + "; try again when it is done, or use another data folder"
                        : "another server is running on " + database + " at " + address
                                + "; stop it, or use another data folder");
        this.address = address;
    }

    /** Where the server listens that has the lock. */
    Optional<String> address() {
        return Optional.ofNullable(address);
    }
}
