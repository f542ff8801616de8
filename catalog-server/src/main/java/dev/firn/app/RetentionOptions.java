package dev.firn.app;

import dev.firn.config.RetentionSettings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@code firn serve} about what ends when. */
final class RetentionOptions {
    @Option(
            names = "--purge-after",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "${env:FIRN_PURGE_AFTER:-7d}",
            description =
                    "how long after a drop with purge the files of the table are deleted: 7d, 12h, PT30M; 0 for at once [FIRN_PURGE_AFTER]")
    private Duration purgeAfter = Duration.ofDays(7);

    RetentionSettings settings() {
        return new RetentionSettings(purgeAfter);
    }
}
