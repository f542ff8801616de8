package dev.firn.app;

import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A namespace on the command line: {@code outer.inner}, quoted as a {@link DottedName}.
 *
 * @param levels at least one, none of them empty
 */
record DottedNamespace(List<String> levels) {
    /** Reads it from an argument. */
    static final class Converter implements ITypeConverter<DottedNamespace> {
        @Override
        public DottedNamespace convert(String text) {
            List<String> levels = DottedName.parts(text);
            if (levels.contains("")) {
                throw new TypeConversionException("not a namespace, as in outer.inner: '" + text + "'");
            }
            return new DottedNamespace(levels);
        }
    }
}
