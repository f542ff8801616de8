package dev.firn.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalFileStoreTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private Path root;
    private LocalFileStore files;

    @BeforeEach
    void allowTheRoot() throws IOException {
        root = Files.createDirectory(folder.resolve("warehouse"));
        files = new LocalFileStore(new Locations(List.of(root)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file://%s/a/b", "file:%s/a/b", "%s/a/b", "file:///%s/a//b"})
    void aFileIsWrittenWithItsFoldersAndReadByEveryFormOfItsLocation(String form) throws IOException {
        files.create(form.formatted(root), CONTENT);

        assertThat(files.read(Locations.of(root.resolve("a/b")))).isEqualTo(CONTENT);
        try (Stream<Path> names = Files.list(root.resolve("a"))) {
            assertThat(names).as("nothing temporary is left").containsExactly(root.resolve("a/b"));
        }
    }

    @Test
    void theLengthOfAContentIsKnownWithoutReadingIt() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(compressed)) {
            stream.write(new byte[100_000]);
        }
        files.create(root + "/plain", CONTENT);
        files.create(root + "/compressed", compressed.toByteArray());
        files.create(root + "/empty", new byte[0]);

        assertThat(files.contentLength(root + "/plain")).isEqualTo(CONTENT.length);
        assertThat(files.contentLength(root + "/compressed")).isEqualTo(100_000);
        assertThat(files.contentLength(root + "/empty")).isZero();
        assertThatThrownBy(() -> files.contentLength(root + "/absent")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> files.contentLength(folder + "/outside")).isInstanceOf(BadRequestException.class);
    }

    @Test
    void aFileIsNeverOverwritten() {
        files.create(root + "/a", CONTENT);

        assertThatThrownBy(() -> files.create(root + "/a", new byte[0])).isInstanceOf(AlreadyExistsException.class);
        assertThat(files.read(root + "/a")).isEqualTo(CONTENT);
    }

    @Test
    void aFileThatIsNotThereIsToldByItsLocation() {
        assertThatThrownBy(() -> files.read(root + "/absent"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(root + "/absent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "file:///etc/passwd",
                "file:/etc/passwd",
                "s3://bucket/a",
                "http://127.0.0.1/a",
                "a",
                "",
                "%s/../outside",
                "file://%s/a/../../outside",
                "%s-beside/a",
                "file://host%s/a"
            })
    void nothingOutsideIsTouched(String location) {
        String outside = location.formatted(root);

        assertThatThrownBy(() -> files.create(outside, CONTENT)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> files.read(outside)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> files.delete(outside)).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> files.createFolder(outside)).isInstanceOf(BadRequestException.class);
    }

    @Test
    void aLinkDoesNotLeadOut() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(root.resolve("link"), outside);

        assertThatThrownBy(() -> files.create(root + "/link/a", CONTENT)).isInstanceOf(BadRequestException.class);
        assertThat(outside.resolve("a")).doesNotExist();
    }

    @Test
    void aWarehouseBehindALinkWorks() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);
        LocalFileStore behind = new LocalFileStore(new Locations(List.of(link)));

        behind.create(link + "/a", CONTENT);

        assertThat(behind.read(root + "/a")).isEqualTo(CONTENT);
    }

    @Test
    void theAllowedFolderItselfMayHoldATable() {
        files.createFolders(root.toString(), List.of("data", "metadata"));

        assertThat(root.resolve("data")).isDirectory();
        assertThat(root.resolve("metadata")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a/b/c", ""})
    void whereAFileStandsNoFolderIsAskedForAgain(String place) {
        files.create(root + "/a", CONTENT);
        files.create(root + "/data", CONTENT);

        assertThatThrownBy(() -> files.createFolders(root + "/" + place, List.of("data", "metadata")))
                .isInstanceOf(BadRequestException.class);
    }

    @Test
    void whatCannotBeIsAMistakeAndNoFailureOfTheDisk() {
        files.create(root + "/a", CONTENT);

        for (String place : List.of("/a/metadata", "/" + "ü".repeat(128), "/ab".repeat(1_400))) {
            assertThatThrownBy(() -> files.createUnsynced(root + place + "/f", CONTENT))
                    .isInstanceOf(BadRequestException.class);
            assertThatThrownBy(() -> files.createFolders(root + place, List.of("data", "metadata")))
                    .isInstanceOf(BadRequestException.class);
        }
    }

    @Test
    void nothingIsMadeWhereTheDiskWasMounted() throws IOException {
        files.create(root + "/a/b", CONTENT);
        Path away = Files.move(root, root.resolveSibling("away"));
        String missing = "as if its disk were not mounted";

        assertThatThrownBy(() -> files.createUnsynced(root + "/a/c", CONTENT)).hasMessageContaining(missing);
        Files.createDirectory(root);
        assertThatThrownBy(() -> files.createUnsynced(root + "/a/c", CONTENT)).hasMessageContaining(missing);
        assertThatThrownBy(() -> files.create(root + "/d/e", CONTENT)).hasMessageContaining(missing);
        assertThatThrownBy(() -> files.createFolders(root + "/f", List.of("data")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(missing);
        assertThat(root).isEmptyDirectory();

        Files.delete(root);
        Files.move(away, root);
        files.createUnsynced(root + "/a/c", CONTENT);
        files.create(root + "/d/e", CONTENT);
    }

    @Test
    void anEmptyDiskMayBeMountedBeforeAnythingIsMade() throws IOException {
        Files.move(root, root.resolveSibling("before"));
        Files.createDirectory(root);

        files.create(root + "/a/b", CONTENT);
    }
}
