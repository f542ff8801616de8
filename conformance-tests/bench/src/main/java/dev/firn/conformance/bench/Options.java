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
    static Options of(List<String> arguments) {
        int rounds = 3;
        int seconds = 10;
        int warmUp = 3;
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
                case "--rounds" -> rounds = Integer.parseInt(arguments.get(++i));
                case "--seconds" -> seconds = Integer.parseInt(arguments.get(++i));
                case "--warm-up" -> warmUp = Integer.parseInt(arguments.get(++i));
                case "--tables" -> tables = Integer.parseInt(arguments.get(++i));
                case "--rows" -> rows = arguments.get(++i);
                case "--launcher" -> launcher = true;
                case "--java" -> javaHome = arguments.get(++i);
                case "--peer" -> peers.add(URI.create(arguments.get(++i)));
                default -> throw new IllegalArgumentException("Unknown option: " + arguments.get(i));
            }
        }
        return new Options(rounds, seconds, warmUp, tables, rows, launcher, javaHome, peers);
    }
}
