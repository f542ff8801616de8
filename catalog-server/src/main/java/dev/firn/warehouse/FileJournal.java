package dev.firn.warehouse;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The names of files that are about to be created, and {@linkplain LedgerNotes what tells a loss}, in a file of its own. A name is in the hands of the operating system when {@link #append} returns, so it outlives
 * a kill of this process, and a power cut once it is {@linkplain #force forced}. The file says where it stands: a copy of it, somewhere else, counts for nothing.
 */
public final class FileJournal implements AutoCloseable {
    private static final String FORMAT = "firn-files 1";
    private static final String MARK = "mark ";
    private static final String FILE = "file ";
    private static final String NOT = "not ";
    private static final JournalRecords HEAD = new JournalRecords("");

    /**
     * A file that was about to be created.
     *
     * @param after the newest change of the ledger then
     */
    public record Line(long after, String location) {}

    /**
     * What a journal says.
     *
     * @param marks what its writer put into it for itself
     * @param ledger how the ledger stood
     * @param end where the lines end, in bytes: what is appended from now on stands behind it
     */
    public record Contents(List<String> marks, List<Line> lines, LedgerNotes ledger, long end) {
        private static final Contents NOTHING = new Contents(List.of(), List.of(), LedgerNotes.NONE, 0);
    }

    private final Path file;

    /** Held by who writes a line, for as long as that takes. */
    private final ReentrantLock appending = new ReentrantLock();

    /** Shared by those who wait for the disk, alone for who puts another file in the place of this one. */
    private final ReentrantReadWriteLock replacing = new ReentrantReadWriteLock();

    private @Nullable FileOutputStream out;
    private JournalRecords records = HEAD;

    /** Outlives replacements, but for what was reached. */
    private LedgerNotes ledger = LedgerNotes.NONE;

    private long size;
    private long forced;
    private long sizeWhenReplaced = -1;
    private volatile boolean nameDurable;

    /**
     * The journal in this file. If another process left one here it is gone on with; if there is none it begins with {@link #replace}.
     *
     * @throws UncheckedIOException if it cannot be read or opened
     */
    public FileJournal(Path file) {
        try {
            this.file = real(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot find the folder of " + file, e);
        }
        try {
            open(PlainFiles.read(this.file));
        } catch (NoSuchFileException e) {
            // It begins with the first replacement.
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open " + this.file + ": " + LocalFileStore.reason(e), e);
        }
    }

    /**
     * What the journal in this file says, without going on with it: nothing if there is none, or the copy of one that stood elsewhere.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public static Contents look(Path path) {
        try {
            Path file = real(path);
            byte[] content = PlainFiles.read(file);
            String salt = salt(content, file);
            return salt.isEmpty()
                    ? Contents.NOTHING
                    : contents(new JournalRecords(salt).decode(content), content.length);
        } catch (NoSuchFileException e) {
            return Contents.NOTHING;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path + ": " + LocalFileStore.reason(e), e);
        }
    }

    private static Path real(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file : folder.toRealPath().resolve(file.getFileName());
    }

    private void open(byte[] content) throws IOException {
        String salt = salt(content, file);
        if (!salt.isEmpty()) {
            records = new JournalRecords(salt);
            out = new FileOutputStream(file.toFile(), true);
            size = content.length;
            Contents contents = contents(records.decode(content), size);
            ledger = contents.ledger();
            sizeWhenReplaced = contents.lines().isEmpty() ? size : -1;
        }
    }

    private static String head(String salt, Path file) {
        return FORMAT + " " + salt + " " + file;
    }

    /** The salt of the journal with this content; empty if it is none, or the copy of one that stood elsewhere. */
    private static String salt(byte[] content, Path file) {
        List<String> head = HEAD.decode(content);
        String[] words = head.isEmpty() ? new String[0] : head.get(0).split(" ", 4);
        return words.length == 4 && head.get(0).equals(head(words[2], file)) ? words[2] : "";
    }

    /**
     * Notes a file that is about to be created.
     *
     * @param after the newest change of the ledger
     * @return how long the journal is now, in bytes
     * @throws UncheckedIOException if it cannot be noted: then the file must not be created
     */
    public long append(long after, String location) {
        return append(FILE + after + " " + location);
    }

    /** Takes back that a file was about to be created. Throws {@link UncheckedIOException} if that cannot be noted. */
    public void retract(String location) {
        append(NOT + location);
    }

    /** Notes that the ledger has come to this change. Throws {@link UncheckedIOException} if that cannot be noted. */
    public void reached(long change) {
        append(LedgerNotes.reached(change));
    }

    /**
     * Notes that the ledger has come to this change, and what is known of the state now. Once in a long while it reserves numbers for the changes after it, durably.
     *
     * @throws UncheckedIOException if that cannot be noted
     */
    public void reached(long change, String mark) {
        note(LedgerNotes.reached(change));
        append(MARK + mark);
        if (!ledger().isReservedFor(change)) {
            note(LedgerNotes.reserved(change));
            force();
        }
    }

    /**
     * Notes, durably, that a restore is about to be made: if it is lost later, it is known how far those who were told of it went back.
     *
     * @param change the number of its change
     * @param keptUntil the newest change that it keeps
     * @throws UncheckedIOException if that cannot be noted: then it must not be made
     */
    public void restoring(long change, long keptUntil) {
        note(LedgerNotes.restore(change, keptUntil));
        force();
    }

    private void note(String text) {
        appending.lock();
        try {
            append(text);
            ledger = ledger.and(text);
        } finally {
            appending.unlock();
        }
    }

    private LedgerNotes ledger() {
        appending.lock();
        try {
            return ledger;
        } finally {
            appending.unlock();
        }
    }

    private long append(String text) {
        appending.lock();
        try {
            byte[] line = records.encode(text);
            opened().write(line);
            size += line.length;
            return size;
        } catch (IOException e) {
            // Some of it may stand there.
            size = Math.max(size, file.toFile().length());
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        } finally {
            appending.unlock();
        }
    }

    /** Makes durable what was noted until now. Throws {@link UncheckedIOException} if it cannot be done. */
    public void force() {
        replacing.readLock().lock();
        try {
            FileOutputStream stream;
            long until;
            appending.lock();
            try {
                stream = opened();
                until = size;
            } finally {
                appending.unlock();
            }
            stream.getFD().sync();
            if (!nameDurable) {
                syncFolder();
            }
            appending.lock();
            try {
                forced = Math.max(forced, until);
            } finally {
                appending.unlock();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot sync " + file + ": " + e.getMessage(), e);
        } finally {
            replacing.readLock().unlock();
        }
    }

    private FileOutputStream opened() throws IOException {
        if (out == null) {
            throw new IOException("The journal has not begun, or has ended");
        }
        return out;
    }

    /** Where what was noted until now ends, in bytes. */
    public long end() {
        appending.lock();
        try {
            return size;
        } finally {
            appending.unlock();
        }
    }

    /** What was noted until now. Throws {@link UncheckedIOException} if it cannot be read. */
    public Contents read() {
        replacing.readLock().lock();
        try {
            long end = end();
            return end == 0 ? Contents.NOTHING : contents(records.decode(bytes(0, end)), end);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        } finally {
            replacing.readLock().unlock();
        }
    }

    private static Contents contents(List<String> texts, long end) {
        List<String> marks = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        LedgerNotes ledger = LedgerNotes.NONE;
        for (String text : texts) {
            if (text.startsWith(MARK)) {
                marks.add(text.substring(MARK.length()));
            } else if (text.startsWith(FILE)) {
                int space = text.indexOf(' ', FILE.length());
                long after = Long.parseLong(text.substring(FILE.length(), space));
                lines.add(new Line(after, text.substring(space + 1)));
                ledger = ledger.and(LedgerNotes.reached(after));
            } else if (text.startsWith(NOT)) {
                String location = text.substring(NOT.length());
                lines.removeIf(line -> line.location().equals(location));
            } else {
                ledger = ledger.and(text);
            }
        }
        return new Contents(marks, lines, ledger, end);
    }

    private byte[] bytes(long from, long to) throws IOException {
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(to - from)];
            reader.seek(from);
            reader.readFully(bytes);
            return bytes;
        }
    }

    /** Whether nothing was noted since it was replaced last. */
    public boolean isUntouched() {
        appending.lock();
        try {
            return size == sizeWhenReplaced;
        } finally {
            appending.unlock();
        }
    }

    /**
     * Puts another journal in the place of this one: with the change that the ledger has come to, numbers reserved for those after it, the restores of this one, these
     * marks and lines, and what was appended behind {@code end}. It is durable when this returns. If it throws {@link UncheckedIOException} the old one goes on, where there is one.
     */
    public void replace(long reached, List<String> marks, List<Line> lines, long end) {
        Path draft = file.resolveSibling(file.getFileName() + ".next");
        replacing.writeLock().lock();
        try {
            FileOutputStream next = new FileOutputStream(draft.toFile());
            FileOutputStream old;
            try {
                old = replace(draft, next, reached, marks, lines, end);
            } catch (IOException | RuntimeException e) {
                next.close();
                Files.deleteIfExists(draft);
                throw e;
            }
            if (old != null) {
                old.close();
            }
            syncFolder();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        } finally {
            replacing.writeLock().unlock();
        }
    }

    /** Returns what was written to until now. */
    private @Nullable FileOutputStream replace(
            Path draft, FileOutputStream next, long reached, List<String> marks, List<Line> lines, long end)
            throws IOException {
        String salt = UUID.randomUUID().toString();
        JournalRecords nextRecords = new JournalRecords(salt);
        long length = write(next, HEAD.encode(head(salt, file)));
        for (String text : ledger().reserve(reached).texts(reached)) {
            length += write(next, nextRecords.encode(text));
        }
        for (String mark : marks) {
            length += write(next, nextRecords.encode(MARK + mark));
        }
        for (Line line : lines) {
            length += write(next, nextRecords.encode(FILE + line.after() + " " + line.location()));
        }
        next.getFD().sync();
        long untouched = length;
        appending.lock();
        try {
            for (String text : size > end ? records.decode(bytes(end, size)) : List.<String>of()) {
                length += write(next, nextRecords.encode(text));
            }
            if (forced > end) {
                next.getFD().sync();
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            FileOutputStream old = out;
            out = next;
            records = nextRecords;
            ledger = ledger.reserve(reached);
            size = length;
            forced = 0;
            sizeWhenReplaced = untouched;
            nameDurable = false;
            return old;
        } finally {
            appending.unlock();
        }
    }

    private static int write(FileOutputStream stream, byte[] line) throws IOException {
        stream.write(line);
        return line.length;
    }

    private void syncFolder() throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
        nameDurable = true;
    }

    @Override
    public void close() {
        appending.lock();
        try {
            if (out != null) {
                out.close();
                out = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + file, e);
        } finally {
            appending.unlock();
        }
    }
}
