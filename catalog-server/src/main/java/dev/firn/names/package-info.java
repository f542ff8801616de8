/** Names and other text of users, as they are shown to people: in lines of the commands, findings of the doctor and subjects of events. */
@NullMarked
package dev.firn.names;

import org.jspecify.annotations.NullMarked;
