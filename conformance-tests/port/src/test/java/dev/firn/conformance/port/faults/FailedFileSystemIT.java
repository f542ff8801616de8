package dev.firn.conformance.port.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.port.disk.SmallDisk;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that takes no more changes after an error, though it is mounted to be written and everybody may write there. */
class FailedFileSystemIT {
    @TempDir
    private Path folder;

    @Test
    void theDoctorTellsIt() throws Exception {
        try (SmallDisk disk = SmallDisk.mountThatCanFail(folder, 64 << 20)) {
            Path warehouse = disk.folder().resolve("ware house");
            Path data = folder.resolve("data");
            Map<String, String> environment = Map.of("FIRN_WAREHOUSE", warehouse.toString());
            try (FirnServer server = FirnServer.start(data, environment, folder.resolve("logs"))) {
                server.client().createNamespace("n").expect(200);
                server.client().createTable("n", "t").expect(200);
                assertThat(doctor(data, warehouse).expectDone().out()).contains("Healthy.");

                disk.fail();

                server.client().createTable("n", "another").expect(503);
                server.client().loadTable("n", "t").expect(200);
                FirnCommand doctor = doctor(data, warehouse);
                assertThat(doctor.exitCode()).isEqualTo(1);
                assertThat(doctor.out())
                        .contains(warehouse + ": ", "to mend it: ", "There are problems.")
                        .doesNotContain("can be read and written by this user");
            }
        }
    }

    private FirnCommand doctor(Path data, Path warehouse) {
        return FirnCommand.run(folder, "doctor", "--data", data.toString(), "--warehouse", warehouse.toString());
    }
}
