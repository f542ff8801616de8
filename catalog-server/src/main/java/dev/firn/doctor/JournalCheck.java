package dev.firn.doctor;

import dev.firn.store.Examination;
import dev.firn.warehouse.FileJournal;
import java.nio.file.Path;

/** Whether the state is all that it was: the journal of new files, which is none of its parts, says how far the ledger had come. */
final class JournalCheck {
    private JournalCheck() {}

    static void run(Examination state, Path journal, Findings findings) {
        // Before the state: a server goes on meanwhile.
        long reached = FileJournal.look(journal).ledger().reached();
        long newest = state.newestChange();
        if (reached > newest) {
            findings.problem(
                    "journal",
                    "ledger",
                    "ends with change " + newest + ", and the one that was here had come to change " + reached
                            + ": the changes between are not in the state",
                    "if you have put an older copy of the state or another one here, start the server: it goes on from this one. Otherwise the log (firn.db-wal) was damaged: stop the server, keep a copy of the data folder, and firn restore a backup if one is newer; what commits made since can be registered from their metadata files, to which nothing points any more");
        } else {
            findings.ok("journal", "the ledger has come as far as it had");
        }
    }
}
