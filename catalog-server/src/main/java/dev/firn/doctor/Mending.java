package dev.firn.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is mended, if that is wanted. Nothing is deleted: what is in the way is put aside, in a folder of the data folder. */
final class Mending {
    private final boolean wanted;
    private final Path aside;
    private final List<String> done = new ArrayList<>();

    /**
     * Nothing mended yet.
     *
     * @param aside the folder, made when it is needed, for what is put aside
     */
    Mending(boolean wanted, Path aside) {
        this.wanted = wanted;
        this.aside = aside;
    }

    boolean isWanted() {
        return wanted;
    }

    void mended(String what) {
        done.add(what);
    }

    /** Moves a file out of the warehouse; the way to it stays in its new name. */
    void putAside(Path file) {
        Path name = file.getRoot() == null ? file : file.getRoot().relativize(file);
        Path target = aside.resolve(name);
        try {
            Files.createDirectories(target.resolveSibling("."));
            Files.move(file, target);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot put aside " + file, e);
        }
        mended("put aside: " + file + " is now " + target);
    }

    List<String> done() {
        return done;
    }
}
