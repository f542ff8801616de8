package dev.firn.conformance.port.specification;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rows of {@code operations.tsv} that a test proves: an operation ({@code loadTable}), or an operation and what belongs to it ({@code loadTable snapshots}). */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Covers {
    /** The rows. */
    String[] value();
}
