package dev.firn.conformance.kit;

import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.RESTCompatibilityKitCatalogTests;
import org.junit.jupiter.api.AfterEach;

/** The kit's tests of namespaces and tables for which it has no switch. */
class SwitchedOnCatalogIT extends RESTCompatibilityKitCatalogTests {
    /** What these tests make and the kit does not clean up, the inner ones first. */
    private static final List<Namespace> LEFT_BEHIND = List.of(
            Namespace.of("parent", "child"),
            Namespace.of("parent", "child1"),
            Namespace.of("parent", "child2"),
            Namespace.of("parent"),
            Namespace.of("new/db"));

    @Override
    protected boolean supportsNamesWithSlashes() {
        return true;
    }

    @Override
    protected boolean supportsNestedNamespaces() {
        return true;
    }

    @Override
    protected boolean supportsEmptyNamespace() {
        return true;
    }

    @AfterEach
    void cleanUp() {
        LEFT_BEHIND.forEach(catalog()::dropNamespace);
    }

    @Override
    @SwitchedOn
    public void testNamespaceWithSlash() {
        super.testNamespaceWithSlash();
    }

    @Override
    @SwitchedOn
    public void testTableNameWithSlash() {
        super.testTableNameWithSlash();
    }

    @Override
    @SwitchedOn
    public void testListNestedNamespaces() {
        super.testListNestedNamespaces();
    }

    @Override
    @SwitchedOn
    public void testDropNamespaceWithNestedNamespace() {
        super.testDropNamespaceWithNestedNamespace();
    }

    /** Every new table has a location of its own here, without a setting. */
    @Override
    @SwitchedOn
    public void createTableInUniqueLocation() {
        super.createTableInUniqueLocation();
    }

    /** The one test of the empty namespace that makes none: Apache's client, which the kit uses, refuses what the others ask of it. */
    @Override
    @SwitchedOn
    public void listNamespacesWithEmptyNamespace() {
        super.listNamespacesWithEmptyNamespace();
    }
}
