package dev.firn.conformance.port.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a folder of the real disk would hold after a power cut. It starts from what is there, all of it durable, and follows the log of a server: content lasts
 * from the last sync of the file on, a name from the last sync of its folder on.
 */
final class Disk {
    private final Path root;
    private final DiskFolder top = new DiskFolder();
    private final Map<Long, Node> byInode = new HashMap<>();
    private final Map<Long, Long> begunSyncs = new HashMap<>();
    private final Set<Node> nodes = new LinkedHashSet<>();
    private long order;

    /** The disk as it is: everything in {@code root} counts as durable. */
    Disk(Path root) {
        this.root = root;
        nodes.add(top);
        byInode.put(inode(root), top);
        load(root, top);
        nodes.forEach(node -> node.sync(order));
    }

    private void load(Path folder, DiskFolder into) {
        for (Path path : children(folder)) {
            Node node = real(path);
            put(into, path, node);
            if (node instanceof DiskFolder below) {
                load(path, below);
            }
        }
    }

    /** What stands on the real disk at a path. */
    private Node real(Path path) {
        Node node = Files.isDirectory(path) ? new DiskFolder() : new DiskFile();
        if (node instanceof DiskFile file) {
            file.write(++order, 0, ByteBuffer.wrap(read(path)));
        }
        byInode.put(inode(path), node);
        nodes.add(node);
        return node;
    }

    void follow(Log.Event event) {
        order++;
        switch (event.kind()) {
            case 'O' -> opened(event);
            case 'C' -> put(event, new DiskFile());
            case 'M' -> put(event, new DiskFolder());
            case 'W' -> file(event).write(order, event.number(), event.bytes());
            case 'T' -> file(event).resize(order, event.number());
            case 'S', 'A' -> begunSyncs.put(event.number(), order);
            case 'D' -> node(event).sync(begunSyncs.remove(event.number()));
            case 'F' -> node(event).failSync();
            case 'B' -> syncAll(begunSyncs.remove(event.number()));
            case 'E' -> nodes.forEach(Node::failSync);
            case 'U' -> change(event.file(), names -> names.remove(name(event.file())));
            case 'R' -> rename(event.file(), event.otherFile());
            case 'L' -> {
                Node node = find(event.file());
                change(event.otherFile(), names -> names.put(name(event.otherFile()), node));
            }
            default -> throw new AssertionError("The library saw a call that it cannot follow: " + event);
        }
    }

    private void syncAll(long begun) {
        nodes.forEach(node -> node.sync(begun));
    }

    /** Most files are known. A client may have written one that the server then opens: nobody has synced it. */
    private void opened(Log.Event event) {
        adopt(event.file());
        byInode.put(event.inode(), find(event.file()));
    }

    private void adopt(Path path) {
        if (find(path) == null && Files.exists(path)) {
            adopt(path.getParent());
            put(folder(path.getParent()), path, real(path));
        }
    }

    private void put(Log.Event event, Node node) {
        byInode.put(event.inode(), node);
        nodes.add(node);
        put(folder(event.file().getParent()), event.file(), node);
    }

    private void put(DiskFolder folder, Path path, Node node) {
        folder.change(++order, names -> names.put(name(path), node));
    }

    private void rename(Path from, Path to) {
        Node node = find(from);
        if (from.getParent().equals(to.getParent())) {
            change(from, names -> {
                names.remove(name(from));
                names.put(name(to), node);
            });
        } else {
            change(from, names -> names.remove(name(from)));
            change(to, names -> names.put(name(to), node));
        }
    }

    private void change(Path path, Consumer<Map<String, Node>> change) {
        folder(path.getParent()).change(order, change);
    }

    private Node node(Log.Event event) {
        Node node = byInode.get(event.inode());
        if (node == null) {
            throw new AssertionError("Nobody opened what this is about: " + event);
        }
        return node;
    }

    private DiskFile file(Log.Event event) {
        return (DiskFile) node(event);
    }

    private DiskFolder folder(Path path) {
        if (!(find(path) instanceof DiskFolder folder)) {
            throw new AssertionError("Not known as a folder: " + path);
        }
        return folder;
    }

    private Node find(Path path) {
        Node node = top;
        if (!path.equals(root)) {
            for (Path name : root.relativize(path)) {
                node = node instanceof DiskFolder folder ? folder.seen().get(name.toString()) : null;
            }
        }
        return node;
    }

    /** Everything on it, for what happens to all of it at once. */
    Set<Node> nodes() {
        return nodes;
    }

    DiskFolder top() {
        return top;
    }

    long now() {
        return order;
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static long inode(Path path) {
        try {
            return (long) Files.getAttribute(path, "unix:ino");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> children(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> !name(path).endsWith("-shm"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
