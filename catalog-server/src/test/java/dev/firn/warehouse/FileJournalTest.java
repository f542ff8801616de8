package dev.firn.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.warehouse.FileJournal.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
    private static final String FIRST = "file:///w/a/metadata/00000-a.metadata.json";
    private static final String SECOND = "file:///w/b/metadata/00001-ü.metadata.json";

    @TempDir
    private Path folder;

    private Path file;
    private FileJournal journal;

    @BeforeEach
    void begin() {
        file = folder.resolve("files");
        journal = new FileJournal(file);
        journal.replace(0, List.of("7 8"), List.of(), 0);
    }

    private FileJournal.Contents afterAKill() {
        return new FileJournal(file).read();
    }

    @Test
    void whatWasNotedIsThereAfterAKill() {
        journal.append(3, FIRST);
        journal.append(4, SECOND);

        assertThat(afterAKill().marks()).containsExactly("7 8");
        assertThat(afterAKill().lines()).containsExactly(new Line(3, FIRST), new Line(4, SECOND));
    }

    @Test
    void aJournalThatIsLeftIsGoneOnWith() {
        journal.append(3, FIRST);
        FileJournal next = new FileJournal(file);
        next.append(4, SECOND);

        assertThat(next.isUntouched()).isFalse();
        assertThat(afterAKill().lines()).containsExactly(new Line(3, FIRST), new Line(4, SECOND));
    }

    @Test
    void aTornLineDoesNotCountAndHidesNone() throws IOException {
        journal.append(3, FIRST);
        long whole = Files.size(file);
        journal.append(4, SECOND);
        byte[] content = Files.readAllBytes(file);
        for (int length = (int) whole; length < content.length; length++) {
            Files.write(file, Arrays.copyOf(content, length));

            FileJournal next = new FileJournal(file);
            assertThat(next.read().lines()).as("cut at %s", length).containsExactly(new Line(3, FIRST));
            next.append(5, FIRST);
            assertThat(afterAKill().lines())
                    .as("cut at %s, and gone on with", length)
                    .containsExactly(new Line(3, FIRST), new Line(5, FIRST));
        }
    }

    @Test
    void aLineWithAnyOtherByteDoesNotCount() throws IOException {
        long begin = Files.size(file);
        journal.append(3, FIRST);
        byte[] content = Files.readAllBytes(file);
        for (int at = (int) begin; at < content.length; at++) {
            byte[] damaged = content.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);

            assertThat(afterAKill().lines()).as("byte %s is another", at).isEmpty();
        }
    }

    /** After a power cut there may be nothing in the middle of a file. */
    @Test
    void aLineThatWasLostHidesNoOther() throws IOException {
        journal.append(3, FIRST);
        int begin = (int) Files.size(file);
        journal.append(4, SECOND);
        int end = (int) Files.size(file);
        journal.append(5, FIRST);
        byte[] content = Files.readAllBytes(file);
        Arrays.fill(content, begin, end, (byte) 0);
        Files.write(file, content);

        assertThat(afterAKill().lines()).containsExactly(new Line(3, FIRST), new Line(5, FIRST));
    }

    @Test
    void aLineOfAnEarlierJournalDoesNotCount() throws IOException {
        journal.append(3, FIRST);
        byte[] earlier = Files.readAllBytes(file);
        journal.replace(0, List.of("9 9"), List.of(), earlier.length);
        Files.write(file, earlier, StandardOpenOption.APPEND);

        assertThat(afterAKill().lines()).isEmpty();
        assertThat(afterAKill().marks()).containsExactly("9 9");
    }

    @Test
    void aCopyElsewhereCountsForNothing() throws IOException {
        journal.append(3, FIRST);
        Path copy = Files.copy(file, folder.resolve("copy"));

        FileJournal other = new FileJournal(copy);
        assertThat(other.read()).isEqualTo(new FileJournal.Contents(List.of(), List.of(), LedgerNotes.NONE, 0));
        other.replace(0, List.of("1 1"), List.of(), 0);
        other.append(1, SECOND);
        assertThat(new FileJournal(copy).read().lines()).containsExactly(new Line(1, SECOND));
    }

    /** A client can ask for almost any location. */
    @Test
    void noNameOfAFileMakesALineOfItsOwn() {
        for (String odd : List.of(
                "/w/a\nb",
                "/w/\\n",
                "/w/a\\",
                "/w/\\\n\\",
                "/w/ mark 1",
                "/w/" + FIRST + "\n00000000 file 1 /w/victim")) {
            journal.append(3, odd);
            assertThat(afterAKill().lines()).as(odd).last().isEqualTo(new Line(3, odd));
        }
        assertThat(afterAKill().lines()).hasSize(6);
        assertThat(afterAKill().marks()).hasSize(1);
    }

    @Test
    void aFileThatIsNotOursIsTakenBack() {
        journal.append(3, FIRST);
        journal.append(3, SECOND);
        journal.retract(FIRST);

        assertThat(afterAKill().lines()).containsExactly(new Line(3, SECOND));
    }

    @Test
    void whatIsAppendedWhileItIsReplacedStays() throws Exception {
        Set<String> noted = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            int own = number;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 3_000; i++) {
                    String location = "/w/" + own + "-" + i;
                    journal.append(i, location);
                    noted.add(location);
                    if (own == 0 && i % 50 == 0) {
                        journal.force();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        Set<String> takenOut = new HashSet<>();
        while (threads.stream().anyMatch(Thread::isAlive)) {
            FileJournal.Contents contents = journal.read();
            contents.lines().forEach(line -> takenOut.add(line.location()));
            journal.replace(0, List.of("1 1"), List.of(), contents.end());
        }
        afterAKill().lines().forEach(line -> takenOut.add(line.location()));

        assertThat(takenOut).isEqualTo(noted).hasSize(9_000);
    }

    @Test
    void howFarTheLedgerHasComeIsTheMostThatWasNoted() {
        assertThat(afterAKill().ledger().reached()).isZero();
        journal.append(3, FIRST);
        assertThat(afterAKill().ledger().reached()).isEqualTo(3);
        journal.reached(5, "5 then");
        journal.append(4, SECOND);
        assertThat(afterAKill().marks()).contains("5 then");
        assertThat(afterAKill().ledger().reached()).isEqualTo(5);
        journal.replace(9, List.of("5 then"), List.of(), journal.end());
        assertThat(afterAKill().ledger().reached()).isEqualTo(9);
    }

    @Test
    void restoresAndReservedNumbersOutliveReplacements() {
        journal.restoring(5, 2);
        journal.replace(7, List.of("7 8"), List.of(), journal.end());
        long given = afterAKill().ledger().given();

        FileJournal next = new FileJournal(file);
        next.replace(7, List.of("7 8"), List.of(), next.end());

        assertThat(afterAKill().ledger().restores()).containsExactly(new LedgerNotes.Restore(5, 2));
        assertThat(afterAKill().ledger().given()).isEqualTo(given).isGreaterThan(7);
    }

    @Test
    void numbersAreReservedAnewWhenHalfOfThemAreGiven() {
        long given = afterAKill().ledger().given();
        journal.reached(given / 2, "then");
        assertThat(afterAKill().ledger().given()).isEqualTo(given);

        journal.reached(given / 2 + 1, "later");
        assertThat(afterAKill().ledger().given()).isEqualTo(given / 2 + 1 + given);
    }

    @Test
    void itTellsWhetherThereIsAnythingToDo() {
        assertThat(journal.isUntouched()).isTrue();
        assertThat(new FileJournal(file).isUntouched()).isTrue();
        journal.append(3, FIRST);
        assertThat(journal.isUntouched()).isFalse();
        journal.replace(
                0, List.of("7 8"), List.of(new Line(3, FIRST)), journal.read().end());
        assertThat(journal.isUntouched()).isTrue();
    }
}
