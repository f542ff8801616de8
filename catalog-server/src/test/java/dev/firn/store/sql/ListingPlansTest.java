package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the database finds pages of names and of changes, and single ones: by ranges of an index, never by reading a table or sorting rows. */
class ListingPlansTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {EntrySql.PRESENT_NAMES, EntrySql.PRESENT_VIEWS, NamespaceSql.PRESENT_CHILDREN})
    void aPageOfThePresentIsOneRangeOfAnIndex(String sql) throws SQLException {
        List<String> plan = plan(sql);

        assertThat(plan)
                .singleElement()
                .asString()
                .containsPattern("^SEARCH \\w+ USING (COVERING )?INDEX \\w+_now \\(.*>\\?\\)$");
    }

    @ParameterizedTest
    @ValueSource(strings = {EntrySql.PRESENT, NamespaceSql.PRESENT})
    void aNameOfThePresentIsOneStepDownAnIndex(String sql) throws SQLException {
        assertThat(plan(sql)).singleElement().asString().contains("_now (").doesNotContain(">");
    }

    /** What is walked through is the list of names that the query itself makes, from one search in the index to the next. */
    @ParameterizedTest
    @ValueSource(strings = {EntrySql.PAST_NAMES, EntrySql.PAST, NamespaceSql.PAST_CHILDREN, NamespaceSql.PAST})
    void thePastReadsNoTableAndSortsNothing(String sql) throws SQLException {
        assertThat(plan(sql))
                .noneMatch(step -> step.contains("TEMP B-TREE"))
                .noneMatch(step -> step.startsWith("SCAN") && !step.equals("SCAN known") && !step.contains("subquery"))
                .anyMatch(step -> step.contains("_past ("));
    }

    /** Not at all that has ever been in it, which a namespace of short-lived tables has much of, while whoever changes something waits. */
    @Test
    void whetherANamespaceIsEmptyIsSeenAtWhatIsInItNow() throws SQLException {
        assertThat(plan(NamespaceSql.HOLDS_ANYTHING))
                .noneMatch(step -> step.contains("_past"))
                .filteredOn(step -> step.startsWith("SEARCH"))
                .hasSize(2)
                .allMatch(step -> step.contains("_now ("));
    }

    /** From the change that was read last, down the ledger: a page takes as long in a long ledger as in a short one. */
    @Test
    void aPageOfTheLedgerIsOneRangeOfIt() throws SQLException {
        assertThat(plan(LedgerSql.AFTER))
                .noneMatch(step -> step.contains("TEMP B-TREE"))
                .anyMatch(step -> step.startsWith("SEARCH change USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
    }

    private List<String> plan(String sql) throws SQLException {
        Path file = folder.resolve("firn.db");
        new SqlCatalogStore(file, Clock.systemUTC()).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("explain query plan " + sql.replaceAll(":\\w+", "'1'"))) {
            List<String> steps = new ArrayList<>();
            while (rows.next()) {
                steps.add(rows.getString("detail"));
            }
            return steps;
        }
    }
}
