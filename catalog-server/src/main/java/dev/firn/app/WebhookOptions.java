package dev.firn.app;

import dev.firn.config.WebhookSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code firn serve} about webhooks. */
final class WebhookOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--webhook-answer-seconds",
            defaultValue = "${env:FIRN_WEBHOOK_ANSWER_SECONDS:-15}",
            description = "how long the receiver of a webhook may take to answer [FIRN_WEBHOOK_ANSWER_SECONDS]")
    private long answerSeconds;

    @Option(
            names = "--webhook-pause-seconds",
            defaultValue = "${env:FIRN_WEBHOOK_PAUSE_SECONDS:-300}",
            description =
                    "the longest pause before a webhook is tried again; the first is a second, then they double [FIRN_WEBHOOK_PAUSE_SECONDS]")
    private long pauseSeconds;

    WebhookSettings settings() {
        requireAtLeastOne("--webhook-answer-seconds", answerSeconds);
        requireAtLeastOne("--webhook-pause-seconds", pauseSeconds);
        return new WebhookSettings(Duration.ofSeconds(answerSeconds), Duration.ofSeconds(pauseSeconds));
    }

    private void requireAtLeastOne(String option, long value) {
        if (value < 1) {
            String message = option + " must be at least 1: " + value;
            throw spec == null ? new StartupException(message) : new ParameterException(spec.commandLine(), message);
        }
    }
}
