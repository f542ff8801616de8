package dev.firn.app;

import dev.firn.config.RequestLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How large requests may be. */
final class RequestOptions {
    private static final long LEAST = 1_024;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--max-body-bytes",
            defaultValue = "${env:FIRN_MAX_BODY_BYTES:-67108864}",
            description = "the largest body of a request, also uncompressed [FIRN_MAX_BODY_BYTES]")
    private long largestBody = RequestLimits.USUAL.body();

    @Option(
            names = "--max-header-bytes",
            defaultValue = "${env:FIRN_MAX_HEADER_BYTES:-32768}",
            description = "the largest request line with all headers [FIRN_MAX_HEADER_BYTES]")
    private int largestHead = RequestLimits.USUAL.head();

    RequestLimits limits() {
        requireBetween("--max-body-bytes", largestBody, Integer.MAX_VALUE - 8L);
        requireBetween("--max-header-bytes", largestHead, 1L << 30);
        return new RequestLimits(largestBody, largestHead);
    }

    private void requireBetween(String option, long value, long most) {
        if (value < LEAST || value > most) {
            String message = option + " must be between " + LEAST + " and " + most + ": " + value;
            throw spec == null ? new StartupException(message) : new ParameterException(spec.commandLine(), message);
        }
    }
}
