package dev.firn.conformance.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What the user gave. */
record Options(
        int rounds,
        int seconds,
        int warmUp,
        int tables,
        String rows,
        boolean launcher,
        String javaHome,
        List<URI> peers) {
    /** Throws {@link IllegalArgumentException} if there is an option that does not exist, or has no value or one that cannot be. */
    static Options of(List<String> arguments) {
        int rounds = 3;
        int seconds = 6;
        int warmUp = 12;
        int tables = 5_000;
        String rows = "";
        boolean launcher = false;
        String javaHome = "";
        List<URI> peers = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--quick" -> {
                    rounds = 1;
                    seconds = 1;
                    warmUp = 1;
                    tables = 200;
                }
                case "--rounds" -> rounds = number(arguments, i++, 1);
                case "--seconds" -> seconds = number(arguments, i++, 1);
                case "--warm-up" -> warmUp = number(arguments, i++, 0);
                case "--tables" -> tables = number(arguments, i++, 1);
                case "--rows" -> rows = value(arguments, i++);
                case "--launcher" -> launcher = true;
                case "--java" -> javaHome = value(arguments, i++);
                case "--peer" -> peers.add(address(arguments, i++));
                default -> throw new IllegalArgumentException("Unknown option: " + arguments.get(i));
            }
        }
        if (!javaHome.isEmpty() && !launcher) {
            throw new IllegalArgumentException("--java is for --launcher: " + javaHome);
        }
        return new Options(rounds, seconds, warmUp, tables, rows, launcher, javaHome, peers);
    }

    /** Whether the row of this name is asked for. */
    boolean wants(String row) {
        return row.contains(rows);
    }

    private static String value(List<String> arguments, int option) {
        if (option + 1 == arguments.size()) {
            throw new IllegalArgumentException("A value is missing behind " + arguments.get(option));
        }
        return arguments.get(option + 1);
    }

    private static int number(List<String> arguments, int option, int least) {
        String value = value(arguments, option);
        if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) < least) {
            throw new IllegalArgumentException(
                    arguments.get(option) + " takes a whole number from " + least + " on: " + value);
        }
        return Integer.parseInt(value);
    }

    private static URI address(List<String> arguments, int option) {
        String value = value(arguments, option);
        if (!value.matches("https?://[^/]+.*")) {
            throw new IllegalArgumentException(arguments.get(option) + " takes the address of a catalog: " + value);
        }
        return URI.create(value);
    }
}
