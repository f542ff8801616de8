package dev.firn.conformance.port.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;

/** The specification's error model. */
final class ErrorModel {
    private ErrorModel() {}

    /** Checks status, content type and shape, and that nothing of the inside shows. */
    static void check(Answer answer, Integer... statuses) {
        assertThat(answer.status()).as("%s", answer).isIn((Object[]) statuses);
        assertThat(answer.header("Content-Type").orElse("none"))
                .as("%s", answer)
                .startsWith("application/json");
        JsonNode error = answer.json().path("error");
        assertThat(error.path("message").isTextual())
                .as("message of %s", answer)
                .isTrue();
        assertThat(error.path("type").asText()).as("type of %s", answer).isNotEmpty();
        assertThat(error.path("code").isInt()).as("code of %s", answer).isTrue();
        assertThat(error.path("code").asInt()).as("code of %s", answer).isEqualTo(answer.status());
        assertThat(answer.text()).doesNotContain("\tat ", "\\tat ", "dev.firn.", "com.fasterxml", "SQLITE_");
    }

    /** The same, and the error's type. */
    static void check(Answer answer, int status, String type) {
        check(answer, status);
        assertThat(answer.json().at("/error/type").asText()).as("%s", answer).isEqualTo(type);
    }
}
