package dev.firn.doctor;

/**
 * One thing that the doctor says.
 *
 * @param severity how bad it is
 * @param about the part that was looked at, as in {@code table n.t}
 * @param text what was found
 * @param remedy how to mend it; empty if there is nothing to mend
 */
public record Finding(Severity severity, String about, String text, String remedy) {
    /** How bad a finding is. */
    public enum Severity {
        /** As it should be. */
        OK,
        /** Good to know. */
        NOTE,
        /** To be mended. */
        PROBLEM
    }
}
