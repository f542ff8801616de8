package dev.firn.warehouse;

import java.util.ArrayList;
import java.util.List;

/**
 * What a journal says of the ledger that it stands beside. When the ledger has lost its end, this tells what those who follow it may have been told.
 *
 * @param reached the newest change that it had come to, as far as it was noted; 0 if it was not
 * @param reserved the number up to which changes may have been given theirs without a further note; 0 in journals of old versions
 * @param restores how far restores went back, in order; none that a later one went behind
 */
public record LedgerNotes(long reached, long reserved, List<Restore> restores) {
    /** Of a ledger of which nothing is known. */
    public static final LedgerNotes NONE = new LedgerNotes(0, 0, List.of());

    /** Numbers are reserved anew when half of these are given. That is looked at once in a second, in which no server gives so many: so no change waits for it. */
    private static final long AHEAD = 1_000_000;

    private static final int MOST_RESTORES = 100;
    private static final String REACHED = "reached ";
    private static final String RESERVED = "reserved ";
    private static final String RESTORE = "restore ";

    /**
     * A restore, which may not have come to its end.
     *
     * @param change the number of its change
     * @param keptUntil the newest change that it kept for those who had been told of all
     */
    public record Restore(long change, long keptUntil) {}

    /** The highest number that may have been given. */
    public long given() {
        return Math.max(reached, reserved);
    }

    /** Whether many more numbers are reserved than a ledger that ends with this change has given. */
    public boolean isReservedFor(long newest) {
        return reserved - newest >= AHEAD / 2;
    }

    /** Up to where all is true that anybody was told, if the ledger ends with this change now: restores that are lost have made others go back behind it. */
    public long keptUntil(long newest) {
        return restores.stream()
                .filter(restore -> restore.change() > newest)
                .mapToLong(Restore::keptUntil)
                .reduce(newest, Math::min);
    }

    /** With numbers reserved for a ledger that has come to this change. */
    LedgerNotes reserve(long newest) {
        return new LedgerNotes(reached, Math.max(reserved, newest + AHEAD), restores);
    }

    /** What went no further back is of no use beside it, as it is lost only together with it. Of very many the two oldest become one that went as far back: too far harms nobody. */
    LedgerNotes with(Restore restore) {
        List<Restore> next = new ArrayList<>(restores);
        next.removeIf(before -> before.keptUntil() >= restore.keptUntil());
        next.add(restore);
        if (next.size() > MOST_RESTORES) {
            long keptUntil = next.remove(0).keptUntil();
            next.set(0, new Restore(next.get(0).change(), keptUntil));
        }
        return new LedgerNotes(reached, reserved, List.copyOf(next));
    }

    /** How it stands in a journal that begins when the ledger has come to this change. */
    List<String> texts(long newest) {
        List<String> texts = new ArrayList<>(List.of(reached(newest), RESERVED + reserved));
        restores.forEach(restore -> texts.add(restore(restore.change(), restore.keptUntil())));
        return texts;
    }

    static String reached(long change) {
        return REACHED + change;
    }

    /** That numbers are reserved for a ledger that has come to this change. */
    static String reserved(long newest) {
        return RESERVED + (newest + AHEAD);
    }

    static String restore(long change, long keptUntil) {
        return RESTORE + change + " " + keptUntil;
    }

    /** With what this text of a journal says; the same if it says something else. */
    LedgerNotes and(String text) {
        if (text.startsWith(REACHED)) {
            return new LedgerNotes(Math.max(reached, number(text, REACHED)), reserved, restores);
        }
        if (text.startsWith(RESERVED)) {
            return new LedgerNotes(reached, Math.max(reserved, number(text, RESERVED)), restores);
        }
        if (text.startsWith(RESTORE)) {
            int space = text.indexOf(' ', RESTORE.length());
            return with(new Restore(
                    Long.parseLong(text.substring(RESTORE.length(), space)),
                    Long.parseLong(text.substring(space + 1))));
        }
        return this;
    }

    private static long number(String text, String prefix) {
        return Long.parseLong(text.substring(prefix.length()));
    }
}
