package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Changes;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does what the doctor says is rid of what it found. */
class DoctorAdviceIT {
    @TempDir
    private Path folder;

    private FirnServer start() {
        return FirnServer.start(folder.resolve("data"));
    }

    private FirnCommand firn(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", folder.resolve("data").toString()));
        return FirnCommand.run(folder, all.toArray(new String[0]));
    }

    private static Path metadataFile(FirnServer server, String path) {
        return TestTable.path(server.client()
                .http()
                .get(path)
                .expect(200)
                .json()
                .get("metadata-location")
                .asText());
    }

    /** What it is by the state cannot be read, so it is not said that it is what it was. */
    @Test
    void aViewWhoseFileIsMissingIsMadeWhatItWas() throws IOException {
        Path missing;
        try (FirnServer server = start()) {
            server.client().createNamespace("n").expect(200);
            server.client().createView("n", "v").expect(200);
            String view = server.client().view("n", "v");
            server.client().http().post(view, Changes.set("k", "v")).expect(200);
            missing = metadataFile(server, view);
            server.process().terminate();
        }
        Files.delete(missing);
        assertThat(firn("doctor").out()).contains("problem  view n.v: its metadata file is missing", "restore-table");

        assertThat(firn("restore-table", "n.v", "--at", "change:3").expectFailure())
                .contains("is no longer kept", missing.toString());
        firn("restore-table", "n.v", "--at", "change:2").expectDone();

        try (FirnServer server = start()) {
            String view = server.client().view("n", "v");
            assertThat(server.client()
                            .http()
                            .get(view)
                            .expect(200)
                            .json()
                            .at("/metadata/properties")
                            .has("k"))
                    .isFalse();
            server.client().http().post(view, Changes.set("k", "again")).expect(200);
        }
    }

    /** As commands take it. */
    @Test
    void aNameWithADotInItIsShownAsItIsWritten() throws IOException {
        Path missing;
        try (FirnServer server = start()) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "a.b").expect(200);
            server.client().commit("n", "a.b", Changes.set("k", "v")).expect(200);
            missing = metadataFile(server, server.client().table("n", "a.b"));
            server.process().terminate();
        }
        Files.delete(missing);

        assertThat(firn("doctor").out()).contains("problem  table n.\"a.b\": its metadata file is missing");
        firn("restore-table", "n.\"a.b\"", "--at", "change:2").expectDone();
    }
}
