package dev.firn.warehouse;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;

/** Functions of the C library of Linux for which Java has no others. Not to be touched on other systems, which lack some. */
final class SystemCalls {
    private static final int READ_ONLY_CLOSED_ON_EXEC = 0x80000;
    private static final int DONT_NEED = 4;

    static {
        Native.register(SystemCalls.class, NativeLibrary.getProcess());
    }

    private SystemCalls() {}

    /**
     * Opens a file or folder to be read.
     *
     * @return its descriptor
     * @throws LastErrorException if that cannot be done
     */
    static int open(Path path) {
        byte[] name = path.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding")));
        return open(Arrays.copyOf(name, name.length + 1), READ_ONLY_CLOSED_ON_EXEC);
    }

    /** Tells the system that nobody will read this file soon; what of it is on the disk need not be in memory. It may do as it likes. */
    static void forget(int descriptor) {
        // Offsets are long only where addresses are.
        if (Native.LONG_SIZE == Long.BYTES) {
            posix_fadvise(descriptor, 0, 0, DONT_NEED);
        }
    }

    /** Makes the whole file system durable that this file is on. */
    static native int syncfs(int descriptor) throws LastErrorException;

    /** Gives a descriptor back. */
    static native int close(int descriptor) throws LastErrorException;

    private static native int open(byte[] path, int flags) throws LastErrorException;

    private static native int posix_fadvise(int descriptor, long offset, long length, int advice);
}
