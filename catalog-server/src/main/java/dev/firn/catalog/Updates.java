package dev.firn.catalog;

import java.time.Instant;
import java.util.List;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.RetryableValidationException;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.view.ViewMetadata;
import org.jspecify.annotations.Nullable;

/** Checks requirements and applies updates, with iceberg-core's own rules, and tells a client's mistake from a lost race. */
final class Updates {
    private Updates() {}

    /**
     * The state after these commits, one after another. Whether it can be read is left to {@link #asRead}.
     *
     * @param base the present state; null if the first commit creates the table
     * @return {@code base} itself if nothing changes
     * @throws CommitFailedException if a requirement does not hold
     * @throws BadRequestException if an update cannot be applied
     */
    static TableMetadata apply(@Nullable TableMetadata base, List<TableCommit> commits) {
        @Nullable TableMetadata next = base;
        for (TableCommit commit : commits) {
            next = apply(next, commit);
        }
        if (next == null) {
            throw new BadRequestException("A commit needs at least one update");
        }
        return next;
    }

    /**
     * The state as somebody reads it from its file. Iceberg's builder binds partition specs and sort orders to another schema as they are: with the transforms of a type that their
     * column no longer has, which cannot take its values, and without a look whether they fit: buckets of what has become a {@code double} are written, and never read again.
     *
     * @throws BadRequestException if nobody could read it
     */
    static TableMetadata asRead(TableMetadata next) {
        try {
            return TableMetadataParser.fromJson(TableMetadataParser.toJson(next));
        } catch (RuntimeException e) {
            throw new BadRequestException(
                    e,
                    "Nobody could read the table any more, as its partition specs, of now and before, must fit its schema: %s",
                    e.getMessage());
        }
    }

    /** Whether two states define the table alike: then who can read the one can read the other. */
    static boolean areSameDefinitions(TableMetadata base, TableMetadata next) {
        return base.schema() == next.schema()
                && base.formatVersion() == next.formatVersion()
                && base.specs().equals(next.specs())
                && base.sortOrders().equals(next.sortOrders());
    }

    private static TableMetadata apply(@Nullable TableMetadata base, TableCommit commit) {
        try {
            for (UpdateRequirement requirement : commit.requirements()) {
                requirement.validate(base);
            }
            TableMetadata.Builder builder = base == null ? empty(commit) : UpdateTime.buildFrom(base);
            commit.updates().forEach(update -> update.applyTo(builder));
            return readable(builder.build());
        } catch (CommitFailedException e) {
            throw e;
        } catch (RetryableValidationException e) {
            // True of the state that the client saw, not of the present one: it can read again and try again.
            throw new CommitFailedException(e, "%s", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            throw refused(commit, isOlder(e) ? older(base, commit, e) : e);
        }
    }

    private static boolean isOlder(RuntimeException e) {
        return String.valueOf(e.getMessage()).contains("Expected sorted snapshot log entries");
    }

    /** Iceberg calls it a bug, but somebody has set a clock. */
    private static RuntimeException older(@Nullable TableMetadata base, TableCommit commit, RuntimeException e) {
        List<Instant> added = commit.updates().stream()
                .filter(MetadataUpdate.AddSnapshot.class::isInstance)
                .map(update -> Instant.ofEpochMilli(
                        ((MetadataUpdate.AddSnapshot) update).snapshot().timestampMillis()))
                .toList();
        return new IllegalArgumentException(
                "a snapshot of %s is more than a minute older than the newest that was the current one%s; clocks of writers must agree"
                        .formatted(
                                added.isEmpty() ? "before" : added.get(0),
                                base == null || base.snapshotLog().isEmpty()
                                        ? ""
                                        : ", of "
                                                + Instant.ofEpochMilli(base.snapshotLog()
                                                        .get(base.snapshotLog().size() - 1)
                                                        .timestampMillis())),
                e);
    }

    /** Iceberg's builder lets what was removed be made the present one again in the same commit; nobody could read such a table. */
    private static TableMetadata readable(TableMetadata next) {
        if (next.schema() == null) {
            throw new BadRequestException("The current schema is removed: %s", next.currentSchemaId());
        }
        if (next.spec() == null) {
            throw new BadRequestException("The default partition spec is removed: %s", next.defaultSpecId());
        }
        return next;
    }

    private static TableMetadata.Builder empty(TableCommit commit) {
        if (commit.updates().stream().noneMatch(MetadataUpdate.AddSchema.class::isInstance)) {
            throw new BadRequestException("A table that is made needs a schema (add-schema): %s", commit.identifier());
        }
        return commit.updates().stream()
                .filter(MetadataUpdate.UpgradeFormatVersion.class::isInstance)
                .map(update -> ((MetadataUpdate.UpgradeFormatVersion) update).formatVersion())
                .findFirst()
                .map(TableMetadata::buildFromEmpty)
                .orElseGet(TableMetadata::buildFromEmpty);
    }

    /** The state of a view after a commit; {@code base} itself if nothing changes. Throws as {@link #apply(TableMetadata, List)}. */
    static ViewMetadata apply(ViewMetadata base, TableCommit commit) {
        try {
            for (UpdateRequirement requirement : commit.requirements()) {
                requirement.validate(base);
            }
            ViewMetadata.Builder builder = ViewMetadata.buildFrom(base);
            commit.updates().forEach(update -> update.applyTo(builder));
            ViewMetadata next = builder.build();
            Understood.require(next);
            return next.changes().isEmpty() ? base : next;
        } catch (CommitFailedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused(commit, e);
        }
    }

    private static RuntimeException refused(TableCommit commit, RuntimeException e) {
        if (e instanceof ValidationException || e instanceof BadRequestException) {
            return e;
        }
        return new BadRequestException(
                e, "Cannot apply the updates to %s: %s", commit.identifier(), String.valueOf(e.getMessage()));
    }
}
