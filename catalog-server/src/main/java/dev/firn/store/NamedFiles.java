package dev.firn.store;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The port to what the state says of metadata files: which of them it names, present or past, and how far it has come.
 *
 * <p>Reads throw {@link org.apache.iceberg.exceptions.ServiceUnavailableException} if the state cannot be read now.
 */
public interface NamedFiles {
    /**
     * Where the ledger stands. A state that has this very change is the one that it was taken from, as it was then or later.
     *
     * @param change its newest change; 0 before the first
     * @param changedAt when that was made, in milliseconds since 1970
     */
    record Mark(long change, long changedAt) {
        /** The mark that {@link #text} has made this text of; null if it is none. */
        public static @Nullable Mark of(String text) {
            int space = text.indexOf(' ');
            try {
                return space < 0
                        ? null
                        : new Mark(Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
            } catch (NumberFormatException e) {
                return null;
            }
        }

        /** How it stands in a journal. */
        public String text() {
            return change + " " + changedAt;
        }
    }

    /** The number of the newest change that is durable, without a read of the state. */
    long newestChange();

    /** Calls with the number of the newest change from now on, each time that it is another one and durable: before anybody is answered, so it must not take long, nor throw. */
    void whenReached(LongConsumer action);

    /** Where the ledger stands. */
    Mark mark();

    /** Whether the ledger has this change, made at that time. The mark before the first change is in every ledger. */
    boolean contains(Mark mark);

    /**
     * Those of these locations that the state names: as the pointer of a version, present or past or no longer kept, as the outcome of a request, or as a
     * file that it keeps.
     *
     * @param after only versions that began after this change are looked at, which is the sooner done the fewer they are; 0 for all
     */
    Set<String> named(Set<String> locations, long after);

    /** Calls with the pointer of each version, present or past, but for tables whose files are deleted or are being deleted. */
    void eachVersion(Consumer<String> action);
}
