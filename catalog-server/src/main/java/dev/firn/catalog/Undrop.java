package dev.firn.catalog;

import java.util.OptionalLong;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What is to come back, and how.
 *
 * @param name under which it was dropped
 * @param change the change that dropped it; none for the last one of this name
 * @param destination the name that it gets; the same as {@code name} for its old one
 * @param createNamespace whether namespaces that do not exist any more are made, with the properties that they had
 */
public record Undrop(TableIdentifier name, OptionalLong change, TableIdentifier destination, boolean createNamespace) {}
