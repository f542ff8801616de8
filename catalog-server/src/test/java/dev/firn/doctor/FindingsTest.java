package dev.firn.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private final Findings findings = new Findings(progress -> {});

    @Test
    void ofManyOfOneKindTheFirstAreToldAndTheNumberOfTheOthers() {
        for (int i = 0; i < 25; i++) {
            findings.note("purges", "purge " + i, "waits");
            findings.problem("purges", "purge " + i, "is held up", "mend it");
        }
        findings.note("state", "stands alone");

        List<Finding> all = findings.all();
        assertThat(all)
                .hasSize(43)
                .contains(
                        new Finding(Finding.Severity.NOTE, "purge 19", "waits", ""),
                        new Finding(Finding.Severity.NOTE, "state", "stands alone", ""))
                .endsWith(
                        new Finding(Finding.Severity.NOTE, "purges", "5 more of the same kind", ""),
                        new Finding(Finding.Severity.PROBLEM, "purges", "5 more of the same kind", ""));
        assertThat(findings.count("purges")).isEqualTo(25);
        assertThat(findings.count("state")).isZero();
    }
}
