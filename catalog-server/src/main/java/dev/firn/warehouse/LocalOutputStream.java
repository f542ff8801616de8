package dev.firn.warehouse;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.PositionOutputStream;

/** Writes under a temporary name beside the file. Closing makes the content durable and gives it its name; after a failure there is no file of that name. */
final class LocalOutputStream extends PositionOutputStream {
    private final LocalOutputFile file;
    private final Path temporary;
    private final boolean overwrite;
    private final FileChannel channel;
    private final OutputStream buffer;
    private long position;
    private boolean failed;
    private boolean closed;

    private LocalOutputStream(LocalOutputFile file, Path temporary, boolean overwrite) throws IOException {
        this.file = file;
        this.temporary = temporary;
        this.overwrite = overwrite;
        this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.buffer = new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
    }

    static LocalOutputStream open(LocalOutputFile file, boolean overwrite) throws IOException {
        Path path = file.path();
        Path temporary = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            return new LocalOutputStream(file, temporary, overwrite);
        } catch (NoSuchFileException e) {
            Files.createDirectories(path.resolveSibling("."));
            return new LocalOutputStream(file, temporary, overwrite);
        }
    }

    @Override
    public long getPos() {
        return position;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        boolean written = false;
        try {
            buffer.write(bytes, offset, length);
            written = true;
        } finally {
            failed |= !written;
        }
        position += length;
    }

    @Override
    public void flush() throws IOException {
        buffer.flush();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        boolean named = false;
        try (channel) {
            if (!failed) {
                buffer.flush();
                channel.force(false);
                name();
                named = true;
            }
        } finally {
            if (!named) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private void name() throws IOException {
        if (overwrite) {
            Files.move(temporary, file.path(), StandardCopyOption.ATOMIC_MOVE);
        } else {
            nameNew();
        }
        for (Path folder : file.folders()) {
            sync(folder);
        }
    }

    /** A second name for the file is the one way to name it that fails, in one step, if the name is taken. */
    private void nameNew() throws IOException {
        try {
            Files.createLink(file.path(), temporary);
            Files.delete(temporary);
        } catch (FileAlreadyExistsException e) {
            throw new AlreadyExistsException(e, "File already exists: %s", file.location());
        } catch (FileSystemException | UnsupportedOperationException e) {
            // A file system without links: what is there is looked for first.
            if (Files.exists(file.path())) {
                throw new AlreadyExistsException(e, "File already exists: %s", file.location());
            }
            Files.move(temporary, file.path());
        }
    }

    /** Makes the names in a folder durable: on Linux and macOS a folder is synced like a file. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
