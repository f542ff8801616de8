package dev.firn.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.firn.doctor.Doctor;
import dev.firn.doctor.Finding;
import dev.firn.names.Visible;
import dev.firn.store.Examination;
import dev.firn.store.sql.SqlExamination;
import dev.firn.warehouse.LocalCleanup;
import dev.firn.warehouse.LocalFileIO;
import dev.firn.warehouse.LocalFileStore;
import dev.firn.warehouse.Locations;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.JdbiException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code firn doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Holds the state against the files, beside a server that runs or without one, and says what is wrong and how to mend it.",
            "Exit code 0: healthy; 1: there are problems; 2: called wrongly."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PROGRESS_NANOS = 2_000_000_000L;

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Option(names = "--deep", description = "reads all manifests and looks for every data and delete file; takes long")
    private boolean deep;

    @Option(
            names = "--mend",
            description =
                    "writes metadata files again that the state still holds, and puts aside those that nothing points to and that are older than a day; deletes nothing")
    private boolean mend;

    @Option(names = "--json", description = "answers in JSON")
    private boolean json;

    private long lastProgress = System.nanoTime();

    @Override
    public Integer call() {
        Path data = whole(folders.data());
        Path database = folders.databaseFile() == null ? data.resolve("firn.db") : whole(folders.databaseFile());
        if (!Files.exists(database)) {
            throw new CommandException("there is no state in " + database + "; name the data folder with --data");
        }
        DataFolder.requirePlainFiles(database);
        Path warehouse = folders.warehouseFolder() == null ? data.resolve("warehouse") : folders.warehouseFolder();
        List<Path> all = new ArrayList<>();
        all.add(warehouse);
        all.addAll(folders.allowedFolders());
        all.replaceAll(DoctorCommand::whole);
        Locations locations = new Locations(all);
        Doctor doctor = new Doctor(
                new Doctor.Places(database, DataFolder.journalOf(database), data.resolve("token.key"), data, all),
                new LocalFileStore(locations),
                new LocalFileIO(locations),
                new LocalCleanup(locations),
                Clock.systemUTC());
        try (Examination state = new SqlExamination(database)) {
            Doctor.Report report = doctor.examine(state, new Doctor.Orders(deep, mend), this::progress);
            print(report);
            return report.healthy() ? 0 : 1;
        } catch (JdbiException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CommandException(
                    "cannot open the state in " + database + ": " + cause.getMessage()
                            + "; if it is damaged, stop the server, move it aside together with its -wal and -shm, and firn restore the newest backup",
                    e);
        }
    }

    private static Path whole(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** Now and then, so that whoever waits sees that it goes on. */
    private void progress(String text) {
        if (System.nanoTime() - lastProgress > PROGRESS_NANOS) {
            lastProgress = System.nanoTime();
            spec.commandLine().getErr().println("looking at " + text);
            spec.commandLine().getErr().flush();
        }
    }

    private void print(Doctor.Report report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(report));
        } else {
            for (Finding finding : report.findings()) {
                out.println("%-8s %s: %s"
                        .formatted(word(finding), Visible.text(finding.about()), Visible.text(finding.text())));
                if (!finding.remedy().isEmpty()) {
                    out.println("         to mend it: " + Visible.text(finding.remedy()));
                }
            }
            report.mended().forEach(mended -> out.println("%-8s %s".formatted("mended", Visible.text(mended))));
            out.println(report.healthy() ? "Healthy." : "There are problems.");
        }
        out.flush();
    }

    private static String word(Finding finding) {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode json(Doctor.Report report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("healthy", report.healthy());
        for (Finding finding : report.findings()) {
            ObjectNode node = root.withArray("findings").addObject();
            node.put("severity", word(finding));
            node.put("about", finding.about());
            node.put("text", finding.text());
            if (!finding.remedy().isEmpty()) {
                node.put("remedy", finding.remedy());
            }
        }
        root.withArray("mended");
        report.mended().forEach(mended -> root.withArray("mended").add(mended));
        return root;
    }
}
