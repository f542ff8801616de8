package dev.firn.scan;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a file of metadata once it is parsed.
 *
 * @param items what it lists
 * @param weight about how many bytes that takes
 */
record ParsedManifest<T>(List<T> items, int weight) {
    private static final int ITEM = 700;
    private static final int COUNT = 48;
    private static final int BOUND = 112;

    static <F extends ContentFile<F>> ParsedManifest<F> ofFiles(List<F> files) {
        long weight = ITEM;
        for (F file : files) {
            weight += ITEM
                    + file.location().length()
                    + COUNT * counts(file.columnSizes(), file.valueCounts(), file.nullValueCounts())
                    + COUNT * counts(file.nanValueCounts())
                    + bytes(file.lowerBounds())
                    + bytes(file.upperBounds());
        }
        return new ParsedManifest<>(files, (int) Math.min(Integer.MAX_VALUE, weight));
    }

    static <T> ParsedManifest<T> of(List<T> items) {
        return new ParsedManifest<>(items, weight(items.size()));
    }

    /** One thing that is made of {@code files} files. */
    static <T> ParsedManifest<T> holding(T item, int files) {
        return new ParsedManifest<>(List.of(item), weight(files));
    }

    private static int weight(int items) {
        return (int) Math.min(Integer.MAX_VALUE, (items + 1L) * ITEM);
    }

    @SafeVarargs
    private static long counts(@Nullable Map<Integer, Long>... maps) {
        long counts = 0;
        for (Map<Integer, Long> map : maps) {
            counts += map == null ? 0 : map.size();
        }
        return counts;
    }

    private static long bytes(@Nullable Map<Integer, ByteBuffer> bounds) {
        return bounds == null
                ? 0
                : bounds.values().stream()
                        .mapToLong(bound -> BOUND + bound.capacity())
                        .sum();
    }
}
