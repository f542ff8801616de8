package dev.firn.app;

import dev.firn.config.RetentionSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code firn serve} about what ends when. */
final class RetentionOptions {
    private static final String FOREVER = "forever";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--purge-after",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "${env:FIRN_PURGE_AFTER:-7d}",
            description =
                    "how long after a drop with purge the files of the table are deleted: 7d, 12h, PT30M; 0 for at once [FIRN_PURGE_AFTER]")
    private Duration purgeAfter = Duration.ofDays(7);

    @Option(
            names = "--keep-history",
            paramLabel = "DURATION",
            defaultValue = "${env:FIRN_KEEP_HISTORY:-" + FOREVER + "}",
            description =
                    "how long the past is kept, for time travel, restore-table and the change feed: forever, or 90d, 12h, P30D; what is older goes, with the metadata files that only it needs [FIRN_KEEP_HISTORY]")
    private String keepHistory = FOREVER;

    RetentionSettings settings() {
        Duration keep = keep();
        if (keep != null && keep.compareTo(purgeAfter) < 0) {
            throw invalid(
                    "--keep-history %s is shorter than --purge-after %s: as long as a purged table can come back, its history is kept"
                            .formatted(keepHistory.strip(), text(purgeAfter)));
        }
        return new RetentionSettings(purgeAfter, keep);
    }

    private @Nullable Duration keep() {
        if (keepHistory.strip().equalsIgnoreCase(FOREVER)) {
            return null;
        }
        try {
            return new DurationConverter().convert(keepHistory);
        } catch (TypeConversionException e) {
            throw invalid("--keep-history: not 'forever', and " + e.getMessage());
        }
    }

    private static String text(Duration duration) {
        return duration.toSecondsPart() + duration.toMinutesPart() + duration.toHoursPart() == 0
                ? duration.toDays() + "d"
                : duration.toString();
    }

    private RuntimeException invalid(String message) {
        return spec == null ? new StartupException(message) : new ParameterException(spec.commandLine(), message);
    }
}
