package dev.firn.conformance.port.histories;

/**
 * What a table, or a name, is.
 *
 * @param mark of the write that made it so; empty before the first
 * @param content the present snapshot of a table, the identity of the table that has a name; empty if there is none
 */
record State(String mark, String content) {
    static final State INITIAL = new State("", "");
}
