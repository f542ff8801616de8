package dev.firn.conformance.port.crash;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one client has in the catalog: its tables and nested namespaces with their properties, and
 * its views. Immutable: a change makes a copy.
 */
record Belongings(
        Map<String, Map<String, String>> tables, Map<String, Map<String, String>> namespaces, Set<String> views) {

    static Belongings none() {
        return new Belongings(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
    }

    private Belongings copy() {
        return new Belongings(deep(tables), deep(namespaces), new TreeSet<>(views));
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
        next.tables.remove(name);
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
        next.views.add(name);
        return next;
    }

    Belongings withoutView(String name) {
        Belongings next = copy();
        next.views.remove(name);
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
