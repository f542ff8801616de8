package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SideBySideTest {
    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 100})
    void resultsStandInTheOrderOfWhatTheyWereMadeFrom(int count) {
        Queue<String> undone = new ConcurrentLinkedQueue<>();

        assertThat(SideBySide.map(numbers(count), number -> "made of " + number, undone::add))
                .isEqualTo(numbers(count).stream()
                        .map(number -> "made of " + number)
                        .toList());
        assertThat(undone).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100})
    void theFirstFailureIsToldAndAllElseIsUndone(int count) {
        Queue<Integer> undone = new ConcurrentLinkedQueue<>();

        assertThatThrownBy(() -> SideBySide.map(
                        numbers(count),
                        number -> {
                            if (number == 1 || number == count - 1) {
                                throw new IllegalStateException("Cannot make " + number);
                            }
                            return number;
                        },
                        undone::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot make 1");
        assertThat(undone)
                .containsExactlyElementsOf(numbers(count).stream()
                        .filter(number -> number != 1 && number != count - 1)
                        .toList());
    }
}
