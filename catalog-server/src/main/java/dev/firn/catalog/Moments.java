package dev.firn.catalog;

import dev.firn.store.CatalogRecord;
import dev.firn.store.LedgerStore;
import dev.firn.store.Moment;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;

/** Moments as people write them: {@code 2026-11-01}, {@code 2026-11-01T12:00:00+01:00}, {@code change:1234}. */
final class Moments {
    private static final String CHANGE = "change:";
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");

    /** An offset whose plus sign a client or shell has sent unencoded in a URL, where it means a space. */
    private static final Pattern DECODED_OFFSET = Pattern.compile(" (?=\\d\\d(:?\\d\\d)?$)");

    /** As {@code date +%z} prints it. */
    private static final Pattern OFFSET_WITHOUT_COLON = Pattern.compile("([+-]\\d\\d)(\\d\\d)$");

    private static final Pattern SPACE_BEFORE_TIME = Pattern.compile("(?<=^\\d{4}-\\d\\d-\\d\\d) ");

    private final LedgerStore ledger;
    private final Clock clock;

    Moments(LedgerStore ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * The moment of a catalog that a text means. The middle of a transaction means its end.
     *
     * @param text {@code change:} and the number of a change, or a date (its first instant in UTC) or a time in the form of ISO 8601 (in UTC if it names no offset)
     * @throws BadRequestException if the text is none of these
     * @throws NoSuchWarehouseException if the catalog did not exist then, if its state then is no longer kept, or if the moment has not come
     */
    Moment resolve(CatalogRecord catalog, String text) {
        if (text.startsWith(CHANGE)) {
            return ledger.momentOf(catalog, number(text))
                    .orElseThrow(() -> noLongerKept(catalog, text)
                            .orElseGet(() -> new NoSuchWarehouseException(
                                    "Catalog %s has no change %s: %s@%s",
                                    catalog.name(), text.substring(CHANGE.length()), catalog.name(), text)));
        }
        Instant instant = instant(text);
        if (instant.isAfter(clock.instant())) {
            throw new NoSuchWarehouseException("This moment has not come yet: %s@%s", catalog.name(), text);
        }
        return ledger.momentAt(catalog, instant)
                .orElseThrow(() -> noLongerKept(catalog, text)
                        .orElseGet(() -> new NoSuchWarehouseException(
                                "Catalog %s had no changes yet: %s@%s", catalog.name(), catalog.name(), text)));
    }

    /** If history has a start and the moment, which was not found, is before it. */
    private Optional<NoSuchWarehouseException> noLongerKept(CatalogRecord catalog, String text) {
        return ledger.start(catalog)
                .filter(start -> text.startsWith(CHANGE)
                        ? number(text) < start.change()
                        : instant(text).isBefore(start.at()))
                .map(start -> new NoSuchWarehouseException(
                        "The state of catalog %s then is no longer kept: %s@%s; the oldest moment that is kept is %s (%s@change:%s)",
                        catalog.name(), catalog.name(), text, start.at(), catalog.name(), start.change()));
    }

    private static long number(String text) {
        Matcher matcher = NUMBER.matcher(text.substring(CHANGE.length()));
        try {
            if (matcher.matches()) {
                return Long.parseLong(matcher.group());
            }
        } catch (NumberFormatException e) {
            throw new BadRequestException(e, "Not the number of a change: %s", text);
        }
        throw new BadRequestException("Not the number of a change: %s", text);
    }

    private static Instant instant(String text) {
        try {
            // The ledger counts milliseconds, which do not reach as far as years do.
            return Instant.ofEpochMilli(parse(text).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadRequestException(
                    e,
                    "Not a moment: %s (a date, a time as 2026-11-01T12:00:00Z, or the number of a change as change:1234)",
                    text);
        }
    }

    private static Instant parse(String text) {
        String iso = SPACE_BEFORE_TIME.matcher(text).replaceFirst("T");
        iso = DECODED_OFFSET.matcher(iso).replaceFirst("+").toUpperCase(Locale.ROOT);
        if (!iso.contains("T")) {
            return LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        iso = OFFSET_WITHOUT_COLON.matcher(iso).replaceFirst("$1:$2");
        String time = iso.substring(iso.indexOf('T'));
        boolean hasOffset = time.endsWith("Z") || time.contains("+") || time.contains("-");
        return hasOffset
                ? OffsetDateTime.parse(iso).toInstant()
                : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
}
