package dev.firn.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorsTest {
    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             30000                30000                processes
            Max open files            %s              524288               files
            """;

    @Test
    void softLimit() {
        assertThat(Descriptors.in(LIMITS.formatted("1024"))).hasValue(1024);
    }

    @Test
    void noLimit() {
        assertThat(Descriptors.in(LIMITS.formatted("unlimited"))).isEmpty();
    }

    @Test
    void limitBeyondAllNeed() {
        assertThat(Descriptors.in(LIMITS.formatted("1073741816000"))).hasValue(Integer.MAX_VALUE);
    }
}
