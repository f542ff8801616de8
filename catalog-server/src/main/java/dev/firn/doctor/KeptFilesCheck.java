package dev.firn.doctor;

import dev.firn.store.Examination;
import dev.firn.store.KeptContent;
import dev.firn.warehouse.FileStore;
import org.apache.iceberg.exceptions.NotFoundException;

/** Metadata files whose content the state still keeps. They are whole as soon as a server starts. */
final class KeptFilesCheck {
    private static final String KIND = "kept files";

    private KeptFilesCheck() {}

    static void run(Examination state, FileStore files, Findings findings, Mending mending) {
        int[] seen = new int[1];
        state.eachKeptFile((file, content) -> {
            seen[0]++;
            String fault = fault(files, file.location(), content);
            if (fault.isEmpty()) {
                return;
            }
            if (mending.isWanted()) {
                files.restore(file.location(), content.all(files::read));
                mending.mended("written again from the state: " + file.location());
            } else {
                findings.problem(
                        KIND,
                        "metadata file",
                        fault + ": " + file.location(),
                        "the state has its content: a restart of the server, or firn doctor --mend, writes it again");
            }
        });
        if (findings.count(KIND) == 0) {
            findings.ok(KIND, seen[0] + " metadata files are kept in the state until they are synced, all are whole");
        }
    }

    private static String fault(FileStore files, String location, KeptContent content) {
        try {
            return content.isThatOf(files.read(location)) ? "" : "damaged";
        } catch (NotFoundException e) {
            return "missing";
        } catch (RuntimeException e) {
            return "cannot be read (" + Causes.of(e) + ")";
        }
    }
}
