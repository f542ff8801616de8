package dev.firn.conformance.port.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.FirnCommand;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others have beside the tables of a catalog, the doctor leaves where it is. */
class DoctorStrangersIT {
    @TempDir
    private Path folder;

    private FirnCommand doctor(String... options) {
        return Doctored.doctor(folder, options);
    }

    private static Path old(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.writeString(file, "of somebody else");
        }
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    }

    private static Path metadataFile(FirnServer server, String table) {
        return TestTable.metadataFile(server, server.client().table("n", table));
    }

    /** A table may keep its metadata files right in the folder that was allowed: the folder around that is nobody's business. */
    @Test
    void whatLiesAroundAFolderThatIsAllowedStays() throws IOException {
        Path around = folder.resolve("around");
        Path allowed = Files.createDirectories(around.resolve("allowed"));
        try (FirnServer server = FirnServer.start(folder.resolve("data"), Map.of("FIRN_ALLOW", allowed.toString()))) {
            server.client().createNamespace("n").expect(200);
            server.client()
                    .http()
                    .post(
                            server.client().namespace("n") + "/tables",
                            Json.of(
                                    "{'name':'t','schema':%s,'properties':{'write.metadata.path':'%s'}}",
                                    CatalogClient.SCHEMA, allowed))
                    .expect(200);
            assertThat(metadataFile(server, "t")).hasParentRaw(allowed);
        }
        Path temporary = old(around.resolve(".letter.tmp"));
        Path metadata = old(around.resolve("other/metadata/00001-a.metadata.json"));

        FirnCommand mended = doctor("--mend", "--allow", allowed.toString());

        assertThat(temporary).exists();
        assertThat(metadata).exists();
        assertThat(mended.exitCode()).as("%s", mended).isZero();
    }

    /** Only the server's own unfinished files are put aside, not those of engines. */
    @Test
    void temporaryFilesOfOthersStay() throws IOException {
        Path metadata;
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            metadata = metadataFile(server, "t");
        }
        Path ours = old(metadata.resolveSibling("." + metadata.getFileName() + ".tmp"));
        Path theirs = old(metadata.resolveSibling("../data/.part-0.parquet.tmp"));

        FirnCommand mended = doctor("--mend");

        assertThat(mended.exitCode()).as("%s", mended).isZero();
        assertThat(mended.out()).contains("mended   put aside: " + ours);
        assertThat(theirs).exists();
    }

    /** A table that was given away is another catalog's, which goes on with it in its folder. */
    @Test
    void whatAnotherCatalogWritesToATableIsNoProblem() throws IOException {
        Path metadata;
        try (FirnServer server = FirnServer.start(folder.resolve("data"))) {
            server.client().createNamespace("n").expect(200);
            server.client().createTable("n", "t").expect(200);
            metadata = metadataFile(server, "t");
            server.client()
                    .http()
                    .post(server.client().table("n", "t") + "/unregister", "{}")
                    .expect(200);
        }
        Path next = metadata.resolveSibling("00001-" + UUID.randomUUID() + ".metadata.json");
        Files.copy(metadata, next);
        old(next);

        FirnCommand mended = doctor("--mend");

        assertThat(next).exists();
        assertThat(mended.exitCode()).as("%s", mended).isZero();
        assertThat(mended.out()).contains("1 metadata files that nothing here points to", "another catalog");
    }
}
