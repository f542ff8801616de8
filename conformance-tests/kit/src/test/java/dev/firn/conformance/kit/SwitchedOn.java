package dev.firn.conformance.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A test of the kit that the kit itself skips on every server; the build runs these, and of what is inherited beside them nothing, after the unchanged kit. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("switched-on")
@Test
@interface SwitchedOn {}
