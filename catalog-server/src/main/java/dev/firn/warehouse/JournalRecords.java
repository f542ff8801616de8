package dev.firn.warehouse;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How texts stand in a journal: each on a line of its own, behind a check of it. A line that was torn, or that is left of an earlier journal, has another check
 * and does not count. The line break comes first, so that what follows a torn line begins anew.
 */
final class JournalRecords {
    private static final int CHECK_DIGITS = 8;

    private final byte[] salt;

    /** Lines that belong together have the same salt. */
    JournalRecords(String salt) {
        this.salt = salt.getBytes(StandardCharsets.UTF_8);
    }

    /** A line with this text, which may be any. */
    byte[] encode(String text) {
        byte[] bytes = escape(text).getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[1 + CHECK_DIGITS + 1 + bytes.length];
        line[0] = '\n';
        int check = check(bytes, 0, bytes.length);
        for (int digit = 0; digit < CHECK_DIGITS; digit++) {
            line[1 + digit] = digit(check, digit);
        }
        line[1 + CHECK_DIGITS] = ' ';
        System.arraycopy(bytes, 0, line, 1 + CHECK_DIGITS + 1, bytes.length);
        return line;
    }

    /** The texts of all lines that are whole, in order. */
    List<String> decode(byte[] content) {
        List<String> texts = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= content.length; i++) {
            if (i == content.length || content[i] == '\n') {
                decode(content, begin, i).ifPresent(texts::add);
                begin = i + 1;
            }
        }
        return texts;
    }

    private Optional<String> decode(byte[] content, int begin, int lineEnd) {
        int end = lineEnd;
        // Where the line behind it was lost in a power cut, with its line break.
        while (end > begin && content[end - 1] == 0) {
            end--;
        }
        int text = begin + CHECK_DIGITS + 1;
        if (end < text) {
            return Optional.empty();
        }
        return isCheck(content, begin, check(content, text, end - text)) && content[text - 1] == ' '
                ? Optional.of(unescape(new String(content, text, end - text, StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    private static boolean isCheck(byte[] content, int begin, int check) {
        for (int digit = 0; digit < CHECK_DIGITS; digit++) {
            if (content[begin + digit] != digit(check, digit)) {
                return false;
            }
        }
        return true;
    }

    private static byte digit(int check, int digit) {
        return (byte) Character.forDigit(check >>> 4 * (CHECK_DIGITS - 1 - digit) & 0xf, 16);
    }

    private int check(byte[] bytes, int offset, int length) {
        CRC32 check = new CRC32();
        check.update(salt);
        check.update(bytes, offset, length);
        return (int) check.getValue();
    }

    private static String escape(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\\') < 0
                ? text
                : text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '\\' && i + 1 < text.length()) {
                i++;
                plain.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                plain.append(character);
            }
        }
        return plain.toString();
    }
}
