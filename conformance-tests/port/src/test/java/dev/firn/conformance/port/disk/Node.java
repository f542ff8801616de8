package dev.firn.conformance.port.disk;

import java.util.Random;

/** A file or a folder of the simulated disk. */
interface Node {
    /** Makes durable what had happened up to a place in the order of things. */
    void sync(long order);

    /** What happens when a sync fails. */
    void failSync();

    /** A power cut at which some of what waits has reached the disk, whole or torn. */
    void loseAtRandom(Random random);

    /** A power cut at which nothing of what waits has reached the disk. */
    void lose();
}
