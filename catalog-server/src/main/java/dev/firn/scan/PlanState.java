package dev.firn.scan;

/** How far a plan is. */
public sealed interface PlanState {
    /** It is being worked on. */
    record Submitted() implements PlanState {}

    /** It is there. */
    record Completed(PlannedScan scan) implements PlanState {}

    /** It cannot be made, for this reason. */
    record Failed(RuntimeException reason) implements PlanState {}

    /** Nobody wants it any more. */
    record Cancelled() implements PlanState {}
}
