package dev.firn.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.warehouse.LedgerNotes.Restore;
import org.junit.jupiter.api.Test;

class LedgerNotesTest {
    private static LedgerNotes of(String... texts) {
        LedgerNotes notes = LedgerNotes.NONE;
        for (String text : texts) {
            notes = notes.and(text);
        }
        return notes;
    }

    @Test
    void whatWasToldIsTrueUpToTheFurthestOfTheRestoresThatAreLost() {
        LedgerNotes notes = of("restore 10 3", "restore 20 8", "restore 30 25");

        assertThat(notes.keptUntil(5)).isEqualTo(3);
        assertThat(notes.keptUntil(2)).as("the end of the ledger").isEqualTo(2);
        assertThat(notes.keptUntil(10)).as("the first is there").isEqualTo(8);
        assertThat(notes.keptUntil(22)).isEqualTo(22);
        assertThat(notes.keptUntil(31)).isEqualTo(31);
    }

    @Test
    void whatALaterRestoreWentBehindIsForgotten() {
        assertThat(of("restore 10 3", "restore 20 8", "restore 30 8").restores())
                .containsExactly(new Restore(10, 3), new Restore(30, 8));
        assertThat(of("restore 10 3", "restore 20 8", "restore 30 1").restores())
                .containsExactly(new Restore(30, 1));
    }

    @Test
    void ofVeryManyTheOldestGoTooFarBack() {
        LedgerNotes notes = LedgerNotes.NONE;
        for (int number = 1; number <= 102; number++) {
            notes = notes.with(new Restore(10 * number, 10 * number - 5));
        }

        assertThat(notes.restores()).hasSize(100).startsWith(new Restore(30, 5), new Restore(40, 35));
        assertThat(notes.keptUntil(9)).isEqualTo(5);
        assertThat(notes.keptUntil(39)).isEqualTo(35);
    }

    @Test
    void itIsReadAsItWasWritten() {
        LedgerNotes notes = of("reached 31", "restore 10 3", "restore 20 8").reserve(31);

        assertThat(of(notes.texts(31).toArray(new String[0]))).isEqualTo(notes);
    }

    @Test
    void anOldJournalReservesNothing() {
        assertThat(of("reached 31", "of a later version").given()).isEqualTo(31);
        assertThat(of("reached 31").isReservedFor(31)).isFalse();
    }

    @Test
    void numbersAreReservedAnewBeforeTheyAreGiven() {
        LedgerNotes notes = of("reached 31").reserve(31);

        assertThat(notes.given()).isGreaterThan(31);
        assertThat(notes.isReservedFor(31)).isTrue();
        assertThat(notes.isReservedFor(notes.given() - 1)).isFalse();
        assertThat(notes.reserve(5)).as("never fewer").isEqualTo(notes);
        assertThat(of("reserved 9", "reserved 7").given()).isEqualTo(9);
    }
}
