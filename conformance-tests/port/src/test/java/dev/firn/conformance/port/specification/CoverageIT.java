package dev.firn.conformance.port.specification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every row of the table has a test that names it, and no test names a row that there is not. */
class CoverageIT {
    @Test
    void everyRowHasATestThatNamesIt() throws Exception {
        Set<String> named = new HashSet<>();
        covering().forEach(method -> named.addAll(List.of(rows(method))));
        assertThat(Operations.rows().stream()
                        .filter(Operations.Row::isProved)
                        .map(Operations.Row::key)
                        .filter(key -> !named.contains(key)))
                .as("rows of operations.tsv that no test names with @Covers")
                .isEmpty();
    }

    @Test
    void everyTestNamesRowsThatThereAre() throws Exception {
        Set<String> known = new HashSet<>();
        Operations.rows().stream()
                .filter(Operations.Row::isProved)
                .map(Operations.Row::key)
                .forEach(known::add);
        TreeMap<String, List<String>> unknown = new TreeMap<>();
        for (Method method : covering()) {
            List<String> rows = new ArrayList<>(List.of(rows(method)));
            rows.removeAll(known);
            if (!rows.isEmpty()) {
                unknown.put(method.toString(), rows);
            }
        }
        assertThat(unknown).as("rows that operations.tsv does not have").isEmpty();
    }

    @Test
    void whatCoversIsATestThatRuns() throws Exception {
        assertThat(covering())
                .isNotEmpty()
                .allMatch(method ->
                        method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
                .noneMatch(method -> method.isAnnotationPresent(Disabled.class)
                        || method.getDeclaringClass().isAnnotationPresent(Disabled.class))
                .allMatch(method -> method.getDeclaringClass().getSimpleName().endsWith("IT"));
    }

    @Test
    void noRowIsThereTwice() {
        assertThat(Operations.rows()).extracting(Operations.Row::key).doesNotHaveDuplicates();
    }

    private static String[] rows(Method method) {
        return method.getAnnotation(Covers.class).value();
    }

    /** All methods of this module's tests that name rows. */
    private static List<Method> covering() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(CoverageIT.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Path> files;
        try (Stream<Path> found = Files.walk(root)) {
            files = found.filter(file -> file.toString().endsWith(".class")).toList();
        }
        List<Method> covering = new ArrayList<>();
        for (Path file : files) {
            String name = root.relativize(file)
                    .toString()
                    .replaceFirst("\\.class$", "")
                    .replace('/', '.');
            Class<?> type = Class.forName(name, false, CoverageIT.class.getClassLoader());
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Covers.class))
                    .forEach(covering::add);
        }
        return covering;
    }
}
