package dev.firn.doctor;

import dev.firn.store.Examination;
import java.util.List;
import java.util.function.Supplier;

/** The database and the ledger in it. */
final class StateCheck {
    /** A backup that is copied over the file would be changed by the log of the damaged one. */
    private static final String RESTORE =
            "stop the server, move the file of the state aside together with its -wal and -shm (firn.db, firn.db-wal, firn.db-shm), and firn restore the newest backup; the tables' own files are not touched by this";

    private StateCheck() {}

    static void run(Examination state, Findings findings) {
        findings.progress("the database");
        check("database", "no damage, all references hold", state::damage, findings);
        check("ledger", "gapless and in order", state::ledgerFaults, findings);
        check("versions", "no two of a name overlap", state::versionFaults, findings);
    }

    private static void check(String about, String good, Supplier<List<String>> faults, Findings findings) {
        try {
            List<String> found = faults.get();
            found.forEach(fault -> findings.problem(about, about, fault, RESTORE));
            if (found.isEmpty()) {
                findings.ok(about, good);
            }
        } catch (RuntimeException e) {
            findings.problem(about, about, "cannot be read: " + Causes.of(e), RESTORE);
        }
    }
}
