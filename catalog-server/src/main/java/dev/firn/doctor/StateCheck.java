package dev.firn.doctor;

import dev.firn.store.Examination;
import java.util.List;
import java.util.function.Supplier;

/** The database and the ledger in it. */
final class StateCheck {
    private static final String RESTORE =
            "stop the server, keep a copy of the damaged file, and put the newest backup in its place; the tables' own files are not touched by this";

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
