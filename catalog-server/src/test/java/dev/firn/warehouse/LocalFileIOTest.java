package dev.firn.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileIOTest {
    @TempDir
    private Path folder;

    private LocalFileIO io;

    @BeforeEach
    void open() {
        io = new LocalFileIO(new Locations(List.of(folder)));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        String location = "file://" + folder + "/a table/data/räume %20.avro";
        write(location, "snow");
        InputFile file = io.newInputFile(location);
        assertThat(file.location()).isEqualTo(location);
        assertThat(file.exists()).isTrue();
        assertThat(file.getLength()).isEqualTo(4);
        assertThat(read(location)).isEqualTo("snow");
        assertThat(names(folder.resolve("a table/data"))).containsExactly("räume %20.avro");
    }

    @Test
    void anyPositionIsRead() throws IOException {
        write(at("a"), "0123456789");
        try (SeekableInputStream stream = io.newInputFile(at("a")).newStream()) {
            stream.seek(7);
            assertThat(stream.read()).isEqualTo('7');
            assertThat(stream.getPos()).isEqualTo(8);
            assertThat(stream.skip(5)).isEqualTo(2);
            assertThat(stream.read()).isEqualTo(-1);
            stream.seek(0);
            assertThat(stream.available()).isEqualTo(10);
            assertThat(stream.readNBytes(3)).isEqualTo("012".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> stream.seek(11)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void fileHasItsNameOnlyOnceItIsClosed() throws IOException {
        try (PositionOutputStream stream = io.newOutputFile(at("a")).create()) {
            stream.write("snow".getBytes(StandardCharsets.UTF_8));
            stream.write('!');
            stream.flush();
            assertThat(stream.getPos()).isEqualTo(5);
            assertThat(io.newInputFile(at("a")).exists()).isFalse();
        }
        assertThat(read(at("a"))).isEqualTo("snow!");
    }

    @Test
    void createNeverOverwrites() throws IOException {
        write(at("a"), "first");
        assertThatThrownBy(() -> io.newOutputFile(at("a")).create())
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining(at("a"));
        PositionOutputStream late = io.newOutputFile(at("b")).create();
        late.write('2');
        write(at("b"), "first");
        assertThatThrownBy(late::close).isInstanceOf(AlreadyExistsException.class);
        assertThat(read(at("b"))).isEqualTo("first");
        assertThat(names(folder)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void createOrOverwriteTakesTheNameAllAtOnce() throws IOException {
        write(at("a"), "first");
        try (PositionOutputStream stream = io.newOutputFile(at("a")).createOrOverwrite()) {
            stream.write("second".getBytes(StandardCharsets.UTF_8));
            stream.flush();
            assertThat(read(at("a"))).isEqualTo("first");
        }
        assertThat(read(at("a"))).isEqualTo("second");
        assertThat(names(folder)).containsExactly("a");
    }

    @Test
    void missingFile() throws IOException {
        write(at("other"), "snow");
        InputFile missing = io.newInputFile(at("missing"));
        assertThat(missing.exists()).isFalse();
        assertThatThrownBy(missing::getLength).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(missing::newStream)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(at("missing"));
    }

    /** As where a disk is not mounted: nobody is to conclude that the file has been deleted. */
    @Test
    void everythingIsMissing() {
        InputFile missing = io.newInputFile(at("n/missing"));
        assertThat(missing.exists()).isFalse();
        assertThatThrownBy(missing::getLength).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(missing::newStream)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(at("n/missing"));
    }

    @Test
    void deleting() throws IOException {
        write(at("a"), "snow");
        io.deleteFile(at("a"));
        io.deleteFile(at("a"));
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void outsideTheWarehouse() {
        for (String location : List.of("file:///etc/passwd", at("../a"), "s3://bucket/a", "a")) {
            assertThatThrownBy(() -> io.newInputFile(location)).isInstanceOf(BadRequestException.class);
            assertThatThrownBy(() -> io.newOutputFile(location)).isInstanceOf(BadRequestException.class);
            assertThatThrownBy(() -> io.deleteFile(location)).isInstanceOf(BadRequestException.class);
        }
    }

    private String at(String name) {
        return "file://" + folder + "/" + name;
    }

    private void write(String location, String text) throws IOException {
        try (PositionOutputStream stream = io.newOutputFile(location).create()) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String read(String location) throws IOException {
        try (SeekableInputStream stream = io.newInputFile(location).newStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
