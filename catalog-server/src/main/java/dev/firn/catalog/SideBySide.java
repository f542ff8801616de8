package dev.firn.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The same work for each of several things that have nothing to do with each other: on all processors, where there are enough of them to be worth it. */
final class SideBySide {
    /** To wake another thread takes about as long as the work for one. */
    private static final int FEW = 4;

    /** What came of one: a result or a failure. */
    private record Outcome<B>(@Nullable B result, @Nullable RuntimeException failure) {
        static <A, B> Outcome<B> of(A thing, Function<A, B> work) {
            try {
                return new Outcome<>(work.apply(thing), null);
            } catch (RuntimeException e) {
                return new Outcome<>(null, e);
            }
        }
    }

    private SideBySide() {}

    /**
     * The result for each thing, in their order. If the work fails for any, throws the failure of the first, when no thread is at work any more.
     *
     * @param undo is called for each result when the work failed for another
     */
    static <A, B> List<B> map(List<A> things, Function<A, B> work, Consumer<B> undo) {
        Stream<A> stream = things.size() < FEW ? things.stream() : things.parallelStream();
        List<B> results = new ArrayList<>(things.size());
        RuntimeException failure = null;
        for (Outcome<B> outcome : stream.map(thing -> Outcome.of(thing, work)).toList()) {
            if (outcome.result() != null) {
                results.add(outcome.result());
            } else if (failure == null) {
                failure = outcome.failure();
            }
        }
        if (failure != null) {
            results.forEach(undo);
            throw failure;
        }
        return results;
    }
}
