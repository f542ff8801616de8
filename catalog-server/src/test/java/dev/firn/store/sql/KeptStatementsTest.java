package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptStatementsTest {
    @TempDir
    private Path folder;

    private final List<String> compiled = new ArrayList<>();
    private Handle handle;

    @BeforeEach
    void open() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("kept.db"));
        handle = KeptStatements.open(() -> counting(connection));
        handle.execute("create table item (number integer primary key, name text)");
    }

    @AfterEach
    void close() {
        handle.close();
    }

    @Test
    void aTextIsCompiledOnceHoweverOftenItIsUsed() {
        for (int number = 0; number < 10; number++) {
            insert(number, "name " + number);
        }

        assertThat(names()).hasSize(10).contains("name 0", "name 9");
        assertThat(compiled("insert into item")).isEqualTo(1);
    }

    @Test
    void aValueOfOneUseIsNotThereInTheNext() {
        insert(1, "one");
        handle.createUpdate("insert into item (number, name) values (:number, :name)")
                .bind("number", 2)
                .bindByType("name", null, String.class)
                .execute();

        assertThat(handle.createQuery("select count(*) from item where name is null")
                        .mapTo(int.class)
                        .one())
                .isEqualTo(1);
    }

    @Test
    void aStatementThatFailedIsCompiledAnew() {
        insert(1, "one");
        assertThatThrownBy(() -> insert(1, "another")).isInstanceOf(JdbiException.class);
        insert(2, "two");

        assertThat(names()).containsExactly("one", "two");
    }

    @Test
    void aTextCanBeUsedWithinItsOwnRows() {
        insert(1, "one");
        insert(2, "two");

        List<Integer> counts = handle.createQuery("select name from item order by number")
                .map((row, context) -> names().size())
                .list();

        assertThat(counts).containsExactly(2, 2);
    }

    private void insert(int number, String name) {
        handle.createUpdate("insert into item (number, name) values (:number, :name)")
                .bind("number", number)
                .bind("name", name)
                .execute();
    }

    private List<String> names() {
        return handle.createQuery("select name from item order by number")
                .mapTo(String.class)
                .list();
    }

    private long compiled(String beginning) {
        return compiled.stream().filter(sql -> sql.startsWith(beginning)).count();
    }

    private Connection counting(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        compiled.add((String) arguments[0]);
                    }
                    return method.invoke(connection, arguments);
                });
    }
}
