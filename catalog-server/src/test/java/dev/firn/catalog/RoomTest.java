package dev.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room room = new Room(100);
    private final Room.Share first = room.share();
    private final Room.Share second = room.share();

    @Test
    void oneAtATimeMayTakeTooMuch() {
        first.take(60);
        second.take(60);
        assertThat(room.taken()).isEqualTo(60);
        second.take(1_000);
        assertThatThrownBy(() -> first.take(60)).isInstanceOf(NoRoomException.class);
        assertThat(room.taken()).isEqualTo(60);
        second.release();
        first.take(60);
        assertThat(room.taken()).isZero();
        first.release();
        assertThat(room.taken()).isZero();
        first.take(60);
        assertThat(room.taken()).isZero();
    }

    @Test
    void allGoesBackWithTheLastHolder() {
        first.take(60);
        first.hold();
        first.release();
        assertThat(room.taken()).isEqualTo(60);
        first.give(20);
        assertThat(room.taken()).isEqualTo(40);
        first.release();
        assertThat(room.taken()).isZero();
    }

    /** The client has gone, and what it asked for begins to wait afterwards. */
    @Test
    void whoIsHeldAgain() {
        first.take(60);
        first.release();
        first.take(10);
        first.hold();
        first.take(30);
        assertThat(room.taken()).isEqualTo(30);
        first.give(40);
        assertThat(room.taken()).isZero();
        first.release();
        assertThat(room.taken()).isZero();
    }
}
