package dev.firn.catalog;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import dev.firn.store.Difference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.util.JsonUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table's metadata as Iceberg's own parser does, byte for byte, but copies what is long and the same from the text of the state before. A hundred
 * earlier metadata files are most of the text of a small table, snapshots that of a large one.
 */
final class TableJson extends JsonGeneratorDelegate {
    private static final int ROOM_TO_GROW = 1_000;

    /** Depth of the fields of the metadata itself, and of the elements of its lists. */
    private static final int FIELDS = 1;

    private static final int ELEMENTS = 2;

    private final TableMetadata metadata;
    private final @Nullable TableDocument base;
    private final ByteArrayOutputStream bytes;
    private final Map<GrowingList, int[]> starts = new EnumMap<>(GrowingList.class);
    private final List<Difference.Part> common = new ArrayList<>();
    private int depth;

    /** The list of the field that was named last. */
    private @Nullable GrowingList next;

    /** The list that is being written, how many of its elements are copied, and how many have been begun. */
    private @Nullable GrowingList list;

    private int copies;
    private int element;
    private int[] elementStarts = {};

    /** What is written now has been copied already. */
    private boolean muted;

    private TableJson(
            JsonGenerator generator,
            ByteArrayOutputStream bytes,
            TableMetadata metadata,
            @Nullable TableDocument base) {
        super(generator);
        this.bytes = bytes;
        this.metadata = metadata;
        this.base = base;
    }

    /**
     * The text of a state.
     *
     * @param base the state that it was made from, if there is one
     */
    static TableText write(TableMetadata metadata, @Nullable TableDocument base) {
        int expected = base == null ? 0 : base.json().length;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected + ROOM_TO_GROW);
        try (JsonGenerator plain = JsonUtil.factory().createGenerator(bytes)) {
            TableJson generator = new TableJson(plain, bytes, metadata, base);
            TableMetadataParser.toJson(metadata, generator);
            plain.flush();
            return new TableText(bytes.toByteArray(), generator.starts, generator.common);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the metadata of " + metadata.location(), e);
        }
    }

    private int position() {
        return bytes.size() + delegate.getOutputBuffered();
    }

    @Override
    public void writeStartArray() throws IOException {
        if (!muted) {
            delegate.writeStartArray();
            if (depth == FIELDS && next != null) {
                begin(next);
            }
        }
        depth++;
    }

    private void begin(GrowingList begun) throws IOException {
        list = begun;
        element = 0;
        elementStarts = new int[begun.elements(metadata).size() + 1];
        copies = 0;
        int[] baseStarts = base == null ? null : base.text().starts().get(begun);
        if (base != null && baseStarts != null) {
            copyFrom(base, begun, baseStarts);
        }
    }

    /** Copies those that come first here and stand behind one another there: lists grow at their end, and become shorter at their beginning. */
    private void copyFrom(TableDocument before, GrowingList begun, int[] baseStarts) throws IOException {
        List<?> there = begun.elements(before.metadata());
        List<?> here = begun.elements(metadata);
        int dropped = 0;
        while (dropped < there.size() && (here.isEmpty() || there.get(dropped) != here.get(0))) {
            dropped++;
        }
        while (dropped + copies < there.size()
                && copies < here.size()
                && there.get(dropped + copies) == here.get(copies)) {
            copies++;
        }
        if (copies == 0) {
            return;
        }
        int from = baseStarts[dropped];
        int length = baseStarts[dropped + copies] - 1 - from;
        // Nothing, but behind it the generator knows that there is an element.
        delegate.writeRawValue("");
        delegate.flush();
        int at = bytes.size();
        bytes.write(before.text().json(), from, length);
        common.add(new Difference.Part(from, at, length));
        for (int i = 0; i < copies; i++) {
            elementStarts[i] = baseStarts[dropped + i] - from + at;
        }
    }

    @Override
    public void writeEndArray() throws IOException {
        depth--;
        if (muted) {
            return;
        }
        if (depth == FIELDS && list != null) {
            elementStarts[element] = position() + (element == 0 ? 0 : 1);
            starts.put(list, elementStarts);
            list = null;
        }
        delegate.writeEndArray();
    }

    @Override
    public void writeStartObject() throws IOException {
        if (list != null && depth == ELEMENTS) {
            muted = element < copies;
        }
        if (!muted) {
            delegate.writeStartObject();
            if (list != null && depth == ELEMENTS) {
                elementStarts[element] = position() - 1;
            }
        }
        depth++;
    }

    @Override
    public void writeEndObject() throws IOException {
        depth--;
        if (!muted) {
            delegate.writeEndObject();
        }
        if (list != null && depth == ELEMENTS) {
            muted = false;
            element++;
        }
    }

    @Override
    public void writeFieldName(String name) throws IOException {
        if (muted) {
            return;
        }
        if (depth == FIELDS) {
            next = GrowingList.of(name);
        }
        delegate.writeFieldName(name);
    }

    @Override
    public void writeString(String text) throws IOException {
        if (!muted) {
            delegate.writeString(text);
        }
    }

    @Override
    public void writeNumber(int number) throws IOException {
        if (!muted) {
            delegate.writeNumber(number);
        }
    }

    @Override
    public void writeNumber(long number) throws IOException {
        if (!muted) {
            delegate.writeNumber(number);
        }
    }

    @Override
    public void writeNumber(float number) throws IOException {
        if (!muted) {
            delegate.writeNumber(number);
        }
    }

    @Override
    public void writeNumber(double number) throws IOException {
        if (!muted) {
            delegate.writeNumber(number);
        }
    }

    @Override
    public void writeBoolean(boolean state) throws IOException {
        if (!muted) {
            delegate.writeBoolean(state);
        }
    }

    @Override
    public void writeNull() throws IOException {
        if (!muted) {
            delegate.writeNull();
        }
    }
}
