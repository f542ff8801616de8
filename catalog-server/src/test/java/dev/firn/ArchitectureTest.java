package dev.firn;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the packages, as docs/architecture.md draws them; a package that does not exist yet breaks nothing. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.firn");

    /** What each package may use besides itself. The package {@code app} wires everything and is not restricted. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("console", List.of("catalog", "maintenance", "security", "store")),
            Map.entry("rest", List.of("catalog", "events", "scan", "security", "store")),
            Map.entry("maintenance", List.of("catalog", "store", "warehouse")),
            Map.entry("events", List.of("catalog", "names", "store")),
            Map.entry("scan", List.of("catalog", "store", "warehouse")),
            Map.entry("doctor", List.of("names", "retention", "store", "warehouse")),
            Map.entry("retention", List.of("catalog", "store", "warehouse")),
            Map.entry("catalog", List.of("store", "warehouse")),
            Map.entry("security", List.of("store")),
            Map.entry("store", List.of()),
            Map.entry("store.sql", List.of("store")),
            Map.entry("warehouse", List.of()),
            Map.entry("names", List.of()),
            Map.entry("config", List.of()),
            Map.entry("telemetry", List.of()));

    static Stream<String> packages() {
        return MAY_USE.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void arrowsPointDown(String name) {
        Stream<String> allowed = Stream.concat(Stream.of(name), MAY_USE.get(name).stream());
        classes()
                .that(resideInAnyPackage(patterns(name)))
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackage("dev.firn..").or(resideInAnyPackage(patterns(allowed.toList()))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyPackageHasItsArrows() {
        Set<String> known = Stream.concat(packages(), Stream.of("app")).collect(Collectors.toSet());
        Set<String> present = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals("dev.firn"))
                .map(name -> name.substring("dev.firn.".length()))
                .map(name -> name.startsWith("store") ? name : name.split("\\.")[0])
                .collect(Collectors.toSet());
        assertThat(known).containsAll(present);
    }

    @Test
    void noPackageAdmitsNullByAccident() {
        assertThat(CLASSES.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(present -> !present.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName))
                .as("packages without @NullMarked in their package-info.java")
                .isEmpty();
    }

    /** Above the catalog, the store's values (an entry, a page) are known, its port is not: state changes in one place. */
    @Test
    void onlyTheCatalogUsesThePortToState() {
        noClasses()
                .that(resideInAnyPackage(patterns(List.of("rest", "scan", "events", "maintenance", "console"))))
                .should()
                .dependOnClassesThat(resideInAnyPackage(patterns("store"))
                        .and(simpleNameIn("CatalogStore", "Change", "Transaction")))
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> simpleNameIn(String... names) {
        return DescribedPredicate.describe(
                "are " + List.of(names), type -> List.of(names).contains(type.getSimpleName()));
    }

    @Test
    void onlyTheStoreSpeaksSql() {
        onlyIn(List.of("store.sql", "app"), "java.sql..", "javax.sql..", "org.jdbi..", "org.sqlite..");
    }

    @Test
    void onlyTheBordersSpeakHttp() {
        onlyIn(List.of("rest", "console", "app"), "io.javalin..", "jakarta.servlet..", "org.eclipse.jetty.server..");
        onlyIn(List.of("rest", "console", "app", "events"), "org.eclipse.jetty..");
        onlyIn(List.of("events"), "org.eclipse.jetty.client..");
    }

    @Test
    void theCatalogIsOurOwn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "org\\.apache\\.iceberg\\.(rest\\.CatalogHandlers|jdbc\\..*|inmemory\\..*|hadoop\\..*)")
                .because("commits go through dev.firn.catalog and dev.firn.store, files through dev.firn.warehouse")
                .check(CLASSES);
    }

    private static void onlyIn(List<String> packages, String... libraries) {
        DescribedPredicate<JavaClass> elsewhere =
                resideInAnyPackage(patterns(packages)).negate();
        noClasses()
                .that(elsewhere)
                .should()
                .dependOnClassesThat(resideInAnyPackage(libraries))
                .check(CLASSES);
    }

    /** Patterns for these packages and those below; {@code store} is the port alone, not what implements it. */
    private static String[] patterns(List<String> names) {
        return names.stream().flatMap(name -> Arrays.stream(patterns(name))).toArray(String[]::new);
    }

    private static String[] patterns(String name) {
        return new String[] {name.equals("store") ? "dev.firn.store" : "dev.firn." + name + ".."};
    }
}
