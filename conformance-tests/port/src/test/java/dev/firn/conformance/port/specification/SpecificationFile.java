package dev.firn.conformance.port.specification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file of the REST specification, where there is one: the one that {@code SPEC} names, else the one beside the checkout. It is no part of this project. */
final class SpecificationFile {
    private static final String BESIDE = "../shared/spec/rest-catalog-open-api.yaml";

    private SpecificationFile() {}

    /** Its path; empty if there is none. A name in {@code SPEC} that leads nowhere is a mistake. */
    static Optional<Path> find() {
        Path checkout = Path.of("../..").toAbsolutePath().normalize();
        String named = System.getProperty("SPEC", System.getenv().getOrDefault("SPEC", ""));
        if (!named.isBlank()) {
            Path path = checkout.resolve(named).normalize();
            if (!Files.isRegularFile(path)) {
                throw new IllegalStateException("SPEC names a file that does not exist: " + path);
            }
            return Optional.of(path);
        }
        return Optional.of(checkout.resolve(BESIDE).normalize()).filter(Files::isRegularFile);
    }

    static JsonNode read(Path path) {
        try {
            return new YAMLMapper().readTree(path.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
