package dev.firn.catalog;

import org.apache.iceberg.exceptions.ServiceUnavailableException;

/** A request was refused because those that wait take all the memory that they may. It has changed nothing, and may well succeed when it comes again. */
public final class OverBudgetException extends ServiceUnavailableException {
    private static final long serialVersionUID = 1L;

    OverBudgetException() {
        super("Requests that wait take all the memory that they may: nothing has changed, try again later");
    }
}
