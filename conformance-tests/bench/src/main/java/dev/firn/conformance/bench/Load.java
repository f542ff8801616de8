package dev.firn.conformance.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What the load generator sends.
 *
 * @param method the method
 * @param target the path; {@code @T} stands for the number of the connection, {@code @N} counts, {@code @R} is another in each run
 * @param body the body, or nothing
 * @param headers lines of {@code Name: value}
 * @param connections how many at a time
 * @param contended whether answers 409 are to be told from other failures: looking at each answer costs as much as all else that the generator does
 */
record Load(String method, String target, String body, String headers, int connections, boolean contended) {
    /** What came of it: answers per second, latencies in milliseconds, answers 409, and other failures. */
    record Result(double perSecond, double median, double p99, long conflicts, long failures) {}

    static Load get(String target, String headers) {
        return new Load("GET", target, "", headers, 8, false);
    }

    static Load head(String target) {
        return new Load("HEAD", target, "", "", 8, false);
    }

    static Load post(String target, String body, int connections) {
        return new Load("POST", target, body, "", connections, false);
    }

    /** The same where clients stand in each other's way. */
    Load onContended() {
        return new Load(method, target, body, headers, connections, true);
    }

    /** Runs the generator to its end. */
    Result run(Path script, String server, int seconds) throws IOException, InterruptedException {
        // A thread for each connection: a script knows its thread, not its connection.
        String count = String.valueOf(connections);
        ProcessBuilder builder = new ProcessBuilder(List.of(
                "wrk",
                "-t",
                count,
                "-c",
                count,
                "-d",
                seconds + "s",
                "--timeout",
                "30s",
                "-s",
                script.toString(),
                server));
        builder.environment().put("RUN", Long.toString(System.nanoTime(), 36));
        builder.environment().put("METHOD", method);
        builder.environment().put("TARGET", target);
        builder.environment().put("HEADERS", headers);
        if (!body.isEmpty()) {
            builder.environment().put("BODY", body);
        }
        if (contended) {
            builder.environment().put("CONFLICTS", "counted");
        }
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        String line = output.lines()
                .filter(text -> text.startsWith("RESULT "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("wrk said: " + output));
        String[] values = line.split(" ");
        return new Result(
                Double.parseDouble(values[1]),
                Double.parseDouble(values[2]),
                Double.parseDouble(values[3]),
                Long.parseLong(values[4]),
                Long.parseLong(values[5]));
    }
}
