package dev.firn.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.store.Submission;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
    @TempDir
    Path folder;

    private final Groups groups = new Groups();
    private GroupCommit writer;

    @BeforeEach
    void open() {
        Handle handle = KeptStatements.open(() -> Sqlite.openWriter(folder.resolve("state.db")));
        handle.execute("create table number (value integer primary key)");
        writer = new GroupCommit(handle, groups);
    }

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void workThatArrivesWhileAGroupIsWrittenIsCommittedWithIt() {
        together(insert(1), insert(2)).forEach(Submission::await);
        assertThat(groups.committed).hasValue(1);
        together(insert(3)).forEach(Submission::await);
        assertThat(groups.committed).hasValue(2);
        assertThat(numbers()).containsExactly(1, 2, 3);
    }

    @Test
    void workThatIsRefusedLeavesTheOthersOfItsGroup() {
        List<Submission<Integer>> group = together(insert(1), refused(), insert(2));
        assertThat(group.get(0).await()).isEqualTo(1);
        assertThatThrownBy(() -> group.get(1).await()).isInstanceOf(BadRequestException.class);
        assertThat(group.get(2).await()).isEqualTo(2);
        assertThat(numbers()).containsExactly(1, 2);
    }

    @Test
    void groupsThatFollowARefusalRefuseAndWriteAsBefore() {
        assertThatThrownBy(() -> together(refused()).get(0).await()).isInstanceOf(BadRequestException.class);
        List<Submission<Integer>> refusing = together(insert(1), refused(), insert(2));
        assertThat(refusing.get(0).await()).isEqualTo(1);
        assertThatThrownBy(() -> refusing.get(1).await()).isInstanceOf(BadRequestException.class);
        together(insert(3), insert(4)).forEach(Submission::await);
        List<Submission<Integer>> again = together(insert(5), refused());
        assertThat(again.get(0).await()).isEqualTo(5);
        assertThatThrownBy(() -> again.get(1).await()).isInstanceOf(BadRequestException.class);
        assertThat(numbers()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void workThatTheDatabaseFailsOnLeavesTheOthersOfItsGroup() {
        List<Submission<Integer>> group =
                together(insert(1), statement("insert into absent values (1)"), refused(), insert(2));
        assertThat(group.get(0).await()).isEqualTo(1);
        assertThatThrownBy(() -> group.get(1).await())
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("no such table: absent")
                .hasMessageNotContaining("insert into");
        assertThatThrownBy(() -> group.get(2).await()).isInstanceOf(BadRequestException.class);
        assertThat(group.get(3).await()).isEqualTo(2);
        assertThat(numbers()).containsExactly(1, 2);
    }

    /** As SQLite does by itself when it runs out of space or memory in the middle of a statement. */
    @Test
    void workThatEndsTheTransactionLeavesTheOthersOfItsGroup() {
        List<Submission<Integer>> group =
                together(insert(1), statement("insert or rollback into number values (1)"), insert(2));
        assertThat(group.get(0).await()).isEqualTo(1);
        assertThatThrownBy(() -> group.get(1).await()).isInstanceOf(ServiceUnavailableException.class);
        assertThat(group.get(2).await()).isEqualTo(2);
        assertThat(numbers()).containsExactly(1, 2);
    }

    /** Queues the work while the writer is at work on another piece, so that all becomes one group. */
    @SafeVarargs
    private List<Submission<Integer>> together(GroupCommit.Work<Integer>... work) {
        CountDownLatch queued = new CountDownLatch(1);
        Submission<Integer> before = writer.queue(handle -> {
            try {
                queued.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return 0;
        });
        List<Submission<Integer>> group =
                List.of(work).stream().map(writer::queue).toList();
        queued.countDown();
        before.await();
        return group;
    }

    private static GroupCommit.Work<Integer> insert(int value) {
        return handle -> {
            handle.execute("insert into number values (?)", value);
            return value;
        };
    }

    private static GroupCommit.Work<Integer> statement(String sql) {
        return handle -> handle.execute(sql);
    }

    /** Refused after it has written. */
    private static GroupCommit.Work<Integer> refused() {
        return handle -> {
            handle.execute("insert into number values (99)");
            throw new BadRequestException("refused");
        };
    }

    private List<Integer> numbers() {
        return writer.submit(handle -> handle.createQuery("select value from number order by value")
                .mapTo(Integer.class)
                .list());
    }

    /** Counts them. */
    private static final class Groups implements GroupCommit.Observer {
        private final AtomicInteger committed = new AtomicInteger();

        @Override
        public void takenBack(Handle handle) {}

        @Override
        public void committed() {
            committed.incrementAndGet();
        }

        @Override
        public void betweenGroups(Handle handle) {}

        @Override
        public void failed() {}
    }
}
