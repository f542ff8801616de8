package dev.firn.conformance.port.crash;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one client has in the catalog: its tables, views and nested namespaces with their properties. Immutable: a change makes a copy.
 *
 * @param dropped tables that can come back, with what they were; nobody sees them
 */
record Belongings(
        Map<String, Map<String, String>> tables,
        Map<String, Map<String, String>> namespaces,
        Map<String, Map<String, String>> views,
        Map<String, Map<String, String>> dropped) {

    static Belongings none() {
        return new Belongings(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    /** What can be looked at. */
    Belongings seen() {
        return new Belongings(tables, namespaces, views, Map.of());
    }

    private Belongings copy() {
        return new Belongings(deep(tables), deep(namespaces), deep(views), deep(dropped));
    }

    private static Map<String, Map<String, String>> deep(Map<String, Map<String, String>> from) {
        Map<String, Map<String, String>> copy = new TreeMap<>();
        from.forEach((name, properties) -> copy.put(name, new TreeMap<>(properties)));
        return copy;
    }

    Belongings withTable(String name) {
        Belongings next = copy();
        next.tables.put(name, new TreeMap<>());
        return next;
    }

    Belongings withoutTable(String name) {
        Belongings next = copy();
        next.dropped.put(name, next.tables.remove(name));
        return next;
    }

    Belongings withTableBack(String name) {
        Belongings next = copy();
        next.tables.put(name, next.dropped.remove(name));
        return next;
    }

    Belongings withTableAsThen(String name, Map<String, String> then) {
        Belongings next = copy();
        next.tables.put(name, new TreeMap<>(then));
        return next;
    }

    Belongings withTableRenamed(String name, String newName) {
        Belongings next = copy();
        next.tables.put(newName, next.tables.remove(name));
        return next;
    }

    Belongings withTableCopied(String name, String copyName) {
        Belongings next = copy();
        next.tables.put(copyName, new TreeMap<>(next.tables.get(name)));
        return next;
    }

    Belongings withTableProperty(Set<String> names, String key, String value) {
        Belongings next = copy();
        names.forEach(name -> next.tables.get(name).put(key, value));
        return next;
    }

    Belongings withView(String name) {
        Belongings next = copy();
        next.views.put(name, new TreeMap<>());
        return next;
    }

    Belongings withoutView(String name) {
        Belongings next = copy();
        next.views.remove(name);
        return next;
    }

    Belongings withViewRenamed(String name, String newName) {
        Belongings next = copy();
        next.views.put(newName, next.views.remove(name));
        return next;
    }

    Belongings withViewProperty(String name, String key, String value) {
        Belongings next = copy();
        next.views.get(name).put(key, value);
        return next;
    }

    Belongings withoutNamespaceProperty(String name, String key) {
        Belongings next = copy();
        next.namespaces.get(name).remove(key);
        return next;
    }

    Belongings withNamespace(String name) {
        Belongings next = copy();
        next.namespaces.put(name, new TreeMap<>());
        return next;
    }

    Belongings withoutNamespace(String name) {
        Belongings next = copy();
        next.namespaces.remove(name);
        return next;
    }

    Belongings withNamespaceProperty(String name, String key, String value) {
        Belongings next = copy();
        next.namespaces.get(name).put(key, value);
        return next;
    }
}
