package dev.firn.app;

import dev.firn.config.ScanSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code firn serve} about scan planning. */
final class ScanOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--scan-files-per-answer",
            defaultValue = "${env:FIRN_SCAN_FILES_PER_ANSWER:-2000}",
            description = "how many data files one answer of scan planning lists [FIRN_SCAN_FILES_PER_ANSWER]")
    private int filesPerAnswer;

    @Option(
            names = "--scan-files-while-waiting",
            defaultValue = "${env:FIRN_SCAN_FILES_WHILE_WAITING:-100000}",
            description = "a scan over more data files is planned in the background [FIRN_SCAN_FILES_WHILE_WAITING]")
    private long filesWhileWaiting;

    @Option(
            names = "--scan-plan-seconds",
            defaultValue = "${env:FIRN_SCAN_PLAN_SECONDS:-3600}",
            description = "how long the plan of a scan can be fetched [FIRN_SCAN_PLAN_SECONDS]")
    private long planSeconds;

    ScanSettings settings() {
        requireAtLeast("--scan-files-per-answer", filesPerAnswer, 1);
        requireAtLeast("--scan-files-while-waiting", filesWhileWaiting, 0);
        requireAtLeast("--scan-plan-seconds", planSeconds, 1);
        return new ScanSettings(filesPerAnswer, filesWhileWaiting, Duration.ofSeconds(planSeconds));
    }

    private void requireAtLeast(String option, long value, long least) {
        if (value < least) {
            String message = option + " must be at least " + least + ": " + value;
            throw spec == null ? new StartupException(message) : new ParameterException(spec.commandLine(), message);
        }
    }
}
