package dev.firn.conformance.port.crash;

import dev.firn.conformance.harness.Answer;
import java.util.function.Supplier;

/** One request of a client and what it has once the request took effect. */
record Step(Supplier<Answer> request, int success, Belongings after) {}
