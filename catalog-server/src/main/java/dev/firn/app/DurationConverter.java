package dev.firn.app;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time on the command line: {@code 7d}, {@code 12h}, {@code 30m}, {@code 45s}, the forms of ISO 8601 ({@code P7D}, {@code PT12H}), or {@code 0}; at most 100 years. */
final class DurationConverter implements ITypeConverter<Duration> {
    /** More would not fit into a date some time; nobody means it. */
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private static final Pattern SHORT = Pattern.compile("(\\d{1,9})([smhdw])");

    @Override
    public Duration convert(String text) {
        Duration duration = parse(text);
        if (duration.compareTo(LONGEST) > 0) {
            throw new TypeConversionException("longer than 100 years (36525d): '" + text + "'");
        }
        return duration;
    }

    private static Duration parse(String text) {
        String given = text.strip().toLowerCase(Locale.ROOT);
        if (given.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = SHORT.matcher(given);
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                case "d" -> Duration.ofDays(count);
                default -> Duration.ofDays(7 * count);
            };
        }
        try {
            Duration duration = Duration.parse(text.strip());
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeException e) {
            throw new TypeConversionException(refusal(text));
        }
        throw new TypeConversionException(refusal(text));
    }

    private static String refusal(String text) {
        return "not a length of time, as 7d, 12h, 30m, 45s or P7D: '" + text + "'";
    }
}
