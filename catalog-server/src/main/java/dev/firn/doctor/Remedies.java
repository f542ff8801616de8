package dev.firn.doctor;

import dev.firn.names.Dotted;
import dev.firn.store.Entry;
import java.util.regex.Pattern;

/** What mends a table or view, in words that can be followed as they stand. */
final class Remedies {
    /** For a file that is there, but not for who was asked. */
    static final String ALLOW = "name the folder that it lies in with --allow, as for firn serve";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]+");

    private final String putBack;
    /** What has to be done before the table can be loaded. */
    private final String first;
    /** What else can be done than to mend it. */
    private final String last;

    private Remedies(String putBack, String first, String last) {
        this.putBack = putBack;
        this.first = first;
        this.last = last;
    }

    /** Of one that exists. */
    static Remedies ofPresent(Entry entry) {
        return new Remedies(
                "make it what it was before: firn restore-table " + argument(Dotted.of(entry.identifier()))
                        + " --at change:N, with an N below " + entry.fromChange(),
                "",
                "");
    }

    /** Of one that was dropped with this change: clients do not see it. */
    static Remedies ofDropped(Entry entry, long change) {
        String which = argument(Dotted.of(entry.identifier())) + " --change " + change;
        return new Remedies(
                "register an earlier metadata file of it (POST …/register)",
                "bring the table back with firn undrop " + which + " and ",
                "; if nobody needs the table any more, give it up with firn purge " + which);
    }

    /** For its metadata file. */
    String forMetadata() {
        return mended() + last;
    }

    private String mended() {
        return "put the file back from a backup, or " + putBack;
    }

    /** For what the current snapshot needs. Those that came since stay among the snapshots after all of these. */
    String forCurrentSnapshot(long snapshot) {
        return mended() + "; then expire the snapshot " + snapshot + last;
    }

    /** For what only an earlier snapshot needs, or one of a branch or tag. */
    String forOtherSnapshot(long snapshot) {
        return "put the file back from a backup, or " + first + "expire the snapshot " + snapshot
                + " (and remove its branches and tags): what the table is now does not need it" + last;
    }

    /** For what any of the snapshots may need. */
    String forContent() {
        return mended() + "; then expire the snapshots that need the file" + last;
    }

    /** For statistics, which can be made again. */
    String forStatistics() {
        return "put the file back from a backup, or have an engine compute the statistics again" + last;
    }

    /** As a shell takes it. */
    private static String argument(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
