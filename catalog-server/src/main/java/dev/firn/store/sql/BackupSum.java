package dev.firn.store.sql;

import dev.firn.store.NotAStateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The sum of a copy of the state, in a line behind its last page. SQLite finds damage to its trees and none to what is in a row; it does not look behind its last page, so the copy
 * stays one file that everybody can open. Backups of earlier versions have no such line.
 */
final class BackupSum {
    private static final String ALGORITHM = "SHA-256";
    private static final String BEGINNING = "\nFirn backup, SHA-256 of all that is before this line: ";
    private static final int DIGITS = 64;

    /** Never that of whole pages, so the line is told from the end of a file without one. */
    private static final int LENGTH = BEGINNING.length() + DIGITS + 1;

    private static final int CHUNK = 1024 * 1024;

    /** What is wrong with a copy beside the log of another state. */
    static final String FOREIGN_LOG =
            "it is a backup that was put there, and the log beside it (-wal) is that of the state that was there before";

    private BackupSum() {}

    /** Writes it behind the last page, durably. */
    static void append(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            ByteBuffer line = StandardCharsets.US_ASCII.encode(BEGINNING + sum(channel, size) + "\n");
            channel.position(size);
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        }
    }

    /**
     * Looks whether all bytes before it are those that were written, and takes it away: what may become the state has none. Does nothing where there is none.
     *
     * @throws NotAStateException if they are others
     */
    static void requireAndRemove(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long pages = channel.size() - LENGTH;
            String line = lastLine(channel);
            if (line.isEmpty()) {
                return;
            }
            String sum = sum(channel, pages);
            if (!line.equals(BEGINNING + sum + "\n")) {
                throw new NotAStateException(
                        "The file is damaged: its bytes are not those that were written; their SHA-256 is %s, and was %s; nothing was restored"
                                .formatted(
                                        sum, line.substring(BEGINNING.length()).strip()));
            }
            channel.truncate(pages);
        }
    }

    /**
     * Takes it away, durably, from a copy that somebody has put in the place of the state: with the next change it would be wrong. To be called before the database is opened.
     *
     * @throws NotAStateException if the log beside it has something in it, as SQLite would put its pages among those of the copy
     */
    static void remove(Path file) throws IOException {
        // What cannot be read or written SQLite says of its own.
        if (!Files.isRegularFile(file) || !Files.isReadable(file) || !Files.isWritable(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (!lastLine(channel).isEmpty()) {
                if (hasLog(file)) {
                    throw new NotAStateException(FOREIGN_LOG + "; move the files that end with -wal and -shm away");
                }
                channel.truncate(channel.size() - LENGTH);
                // Before there is a log: with the line and one it would be taken for that of another state.
                channel.force(true);
            }
        }
    }

    /** Whether this is a copy, and has a log beside it with something in it: that of the state that was in its place before, as a copy is made without one. */
    static boolean hasForeignLog(Path file) throws IOException {
        if (!hasLog(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return !lastLine(channel).isEmpty();
        }
    }

    private static boolean hasLog(Path file) throws IOException {
        Path log = Sqlite.log(file.toAbsolutePath());
        return Files.exists(log) && Files.size(log) > 0;
    }

    /** The line of the sum, or nothing if the file does not end with one. */
    private static String lastLine(FileChannel channel) throws IOException {
        long pages = channel.size() - LENGTH;
        // Without whole pages before it, it would be the end of a page: the text of a row, which may be any.
        if (pages < 0 || pages % BackupCheck.SMALLEST_PAGE != 0) {
            return "";
        }
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        while (bytes.hasRemaining() && channel.read(bytes, pages + bytes.position()) >= 0) {
            // Until the end.
        }
        String line = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return line.startsWith(BEGINNING) ? line : "";
    }

    private static String sum(FileChannel channel, long length) throws IOException {
        MessageDigest digest = digest();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long position = 0; position < length; ) {
            chunk.clear().limit((int) Math.min(CHUNK, length - position));
            int count = channel.read(chunk, position);
            if (count < 0) {
                throw new IOException("It ends at byte " + position + ", not at " + length);
            }
            digest.update(chunk.flip());
            position += count;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance(ALGORITHM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
