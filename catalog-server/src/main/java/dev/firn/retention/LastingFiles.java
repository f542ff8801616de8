package dev.firn.retention;

import dev.firn.store.ChangeFile;
import dev.firn.store.LastingFileStore;
import dev.firn.warehouse.FileStore;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks the metadata files of history, so that engines leave them alone. They delete what lies in the folder of a table, is some days old, and is not named by its present metadata,
 * which names a hundred metadata files before it; they cannot know that past catalogs need the others. Those that are marked never seem old to them.
 *
 * <p>Each file is marked once, some hours after it was written: by then much of what was written in a hurry has been cleaned away with its time, and no engine deletes anything
 * so young. How far it has come is kept a round later, when the operating system has written the marks out.
 */
public final class LastingFiles implements Background.Round {
    private static final Logger LOG = LoggerFactory.getLogger(LastingFiles.class);

    private static final Duration LONGEST_FIRST = Duration.ofSeconds(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int STEP = 1_000;
    private static final int MOST_REFUSED = 10_000;

    /** How much longer than a step the pause after it is. */
    private static final int REST = 4;

    private final LastingFileStore lasting;
    private final FileStore files;
    private final Duration age;
    private final Clock clock;

    /** Up to which change it is kept that files are marked, as far as this process knows, and up to which they are. */
    private long kept;

    private long marked;

    /** The first that could not be marked, as its folder is away; null if none is. Nothing behind it is kept as marked until it is. */
    private @Nullable ChangeFile away;

    /** What could not be marked, and is tried again in each round: a disk that takes no changes may do so later. Not kept, as the files of others never let themselves be marked. */
    private final Set<String> refused = new LinkedHashSet<>();

    private boolean hasComplained;

    /**
     * Over this state and warehouse.
     *
     * @param age how old a file is when it is marked
     */
    public LastingFiles(LastingFileStore lasting, FileStore files, Duration age, Clock clock) {
        this.lasting = lasting;
        this.files = files;
        this.age = age;
        this.clock = clock;
    }

    /** How long to wait before the first round: until after the start, but not long, as the server may have been away for days. */
    public Duration first() {
        Duration pause = pause();
        return pause.compareTo(LONGEST_FIRST) > 0 ? LONGEST_FIRST : pause;
    }

    /** How long to wait between rounds. */
    public Duration pause() {
        return Pauses.between(age.dividedBy(10), LONGEST_PAUSE);
    }

    @Override
    public void run(Background background) {
        long through = lasting.through();
        if (through != kept) {
            // The first round, or another state has been restored.
            marked = through;
            away = null;
            refused.clear();
        }
        if (away != null && !isAway(away.metadataLocation())) {
            marked = away.change() - 1;
            away = null;
        }
        long certain = away == null ? marked : away.change() - 1;
        if (certain > through) {
            lasting.markedThrough(through, certain);
        }
        kept = certain;
        tryAgain();
        Instant now = clock.instant();
        boolean more = true;
        while (more) {
            long begin = System.nanoTime();
            more = markSome(now);
            if (background.pause((System.nanoTime() - begin) / 1_000_000 * REST)) {
                return;
            }
        }
    }

    /** Tells whether there may be more. */
    private boolean markSome(Instant now) {
        List<ChangeFile> step = lasting.after(marked, STEP);
        // Times in the ledger never go back.
        List<ChangeFile> due =
                step.stream().takeWhile(change -> isDue(change.at(), now)).toList();
        mark(due.stream()
                        .map(ChangeFile::metadataLocation)
                        .filter(Objects::nonNull)
                        .toList())
                .stream()
                .limit(Math.max(0, MOST_REFUSED - refused.size()))
                .forEach(refused::add);
        if (away == null) {
            away = due.stream()
                    .filter(change -> !change.purged() && isAway(change.metadataLocation()))
                    .findFirst()
                    .orElse(null);
        }
        if (!due.isEmpty()) {
            marked = due.get(due.size() - 1).change();
        }
        return due.size() == STEP;
    }

    /** Also if it was made far ahead: as it is by a clock that was wrong, and by all changes after that. */
    private boolean isDue(Instant made, Instant now) {
        return made.isBefore(now.minus(age)) || made.isAfter(now.plus(age));
    }

    /** Whether a file is not there and may come back, with the disk that it is on. */
    private boolean isAway(@Nullable String location) {
        try {
            return location != null && !files.exists(location) && files.isAway(location);
        } catch (BadRequestException e) {
            // Not in the warehouse any more.
            return false;
        } catch (UncheckedIOException e) {
            LOG.debug("Cannot be looked for: {}", location, e);
            return true;
        }
    }

    private void tryAgain() {
        Set<String> still = mark(refused);
        refused.removeIf(location -> !still.contains(location) && !isAway(location));
    }

    /** Returns those that could not be marked, and tells of the first, once. */
    private Set<String> mark(Collection<String> locations) {
        Map<String, String> reasons = files.markLasting(locations);
        if (!reasons.isEmpty() && !hasComplained) {
            hasComplained = true;
            Map.Entry<String, String> first = reasons.entrySet().iterator().next();
            LOG.warn(
                    "Engines that clean up the folder of a table may delete metadata files that past catalogs need, as the time of their last change cannot be set: {}: {}",
                    first.getKey(),
                    first.getValue());
        }
        return reasons.keySet();
    }
}
