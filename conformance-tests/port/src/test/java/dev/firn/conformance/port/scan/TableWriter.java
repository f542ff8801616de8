package dev.firn.conformance.port.scan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.avro.AvroFormatModel;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.avro.PlannedDataReader;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/** Writes data and delete files of a table that has a column {@code id}, as engines do. */
final class TableWriter {
    static {
        // Iceberg registers its formats all or none, and two of them want Hadoop's classes.
        FormatModelRegistry.register(AvroFormatModel.create(
                Record.class,
                Void.class,
                (schema, fileSchema, engineSchema) -> org.apache.iceberg.data.avro.DataWriter.create(fileSchema),
                (schema, fileSchema, engineSchema, constants) -> PlannedDataReader.create(schema, constants)));
        FormatModelRegistry.register(AvroFormatModel.forPositionDeletes());
    }

    private final Table table;

    TableWriter(Table table) {
        this.table = table;
    }

    /** One row: values by the name of their column. */
    Record row(Object... namesAndValues) {
        GenericRecord row = GenericRecord.create(table.schema());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.setField((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }

    /** A file of rows, all of the partition of the first one, with the bounds of its columns. */
    DataFile data(Record... rows) {
        PartitionSpec spec = table.spec();
        StructLike partition = partition(spec, rows[0]);
        DataWriter<Record> writer = factory().newDataWriter(output("avro"), spec, partition);
        try (writer) {
            List.of(rows).forEach(writer::write);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return DataFiles.builder(spec)
                .copy(writer.toDataFile())
                .withMetrics(metrics(rows))
                .build();
    }

    /** Avro files tell nothing of their columns, so it is told here, as other formats do. */
    private Metrics metrics(Record... rows) {
        Map<Integer, Long> values = new HashMap<>();
        Map<Integer, Long> nulls = new HashMap<>();
        Map<Integer, Long> notNumbers = new HashMap<>();
        Map<Integer, ByteBuffer> lower = new HashMap<>();
        Map<Integer, ByteBuffer> upper = new HashMap<>();
        List<Types.NestedField> columns = table.schema().columns();
        for (int column = 0; column < columns.size(); column++) {
            Types.NestedField field = columns.get(column);
            if (field.type().isPrimitiveType()) {
                List<Object> found = values(column, rows);
                values.put(field.fieldId(), (long) rows.length);
                nulls.put(field.fieldId(), (long) rows.length - found.size());
                long numbers = found.size();
                found.removeIf(TableWriter::isNaN);
                notNumbers.put(field.fieldId(), numbers - found.size());
                if (!found.isEmpty()) {
                    Comparator<Object> order = Comparators.forType(field.type().asPrimitiveType());
                    lower.put(field.fieldId(), Conversions.toByteBuffer(field.type(), Collections.min(found, order)));
                    upper.put(field.fieldId(), Conversions.toByteBuffer(field.type(), Collections.max(found, order)));
                }
            }
        }
        return new Metrics((long) rows.length, null, values, nulls, notNumbers, lower, upper);
    }

    private List<Object> values(int column, Record... rows) {
        List<Object> values = new ArrayList<>();
        for (Record row : rows) {
            Object value = new InternalRecordWrapper(table.schema().asStruct())
                    .wrap(row)
                    .get(column, Object.class);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static boolean isNaN(Object value) {
        return (value instanceof Double number && number.isNaN()) || (value instanceof Float small && small.isNaN());
    }

    private static StructLike partition(PartitionSpec spec, Record row) {
        PartitionKey key = new PartitionKey(spec, spec.schema());
        key.partition(new InternalRecordWrapper(spec.schema().asStruct()).wrap(row));
        PartitionData partition = new PartitionData(spec.partitionType());
        for (int i = 0; i < partition.size(); i++) {
            partition.set(i, key.get(i, Object.class));
        }
        return partition;
    }

    /** A file that deletes rows of one data file by their positions. */
    DeleteFile positions(DataFile file, long... positions) {
        PartitionSpec spec = table.specs().get(file.specId());
        PositionDeleteWriter<Record> writer = factory().newPositionDeleteWriter(output("avro"), spec, file.partition());
        try (writer) {
            for (long position : positions) {
                writer.write(PositionDelete.<Record>create().set(file.location(), position));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDeleteFile();
    }

    /** A file that deletes the rows with these ids, in the partition of a row. */
    DeleteFile equality(Record inPartitionOf, long... ids) {
        Schema schema = table.schema().select("id");
        GenericFileWriterFactory factory = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.AVRO)
                .deleteFileFormat(FileFormat.AVRO)
                .equalityFieldIds(new int[] {schema.findField("id").fieldId()})
                .equalityDeleteRowSchema(schema)
                .build();
        EqualityDeleteWriter<Record> writer =
                factory.newEqualityDeleteWriter(output("avro"), table.spec(), partition(table.spec(), inPartitionOf));
        try (writer) {
            for (long id : ids) {
                GenericRecord row = GenericRecord.create(schema);
                row.setField("id", id);
                writer.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.toDeleteFile();
    }

    /** Deletion vectors that delete the first row of each file, all in one Puffin file. */
    List<DeleteFile> vectors(DataFile... files) {
        OutputFileFactory names = OutputFileFactory.builderFor(table, 1, 1)
                .operationId(UUID.randomUUID().toString())
                .format(FileFormat.PUFFIN)
                .build();
        BaseDVFileWriter writer = new BaseDVFileWriter(names, path -> null);
        try (writer) {
            for (DataFile file : files) {
                writer.delete(file.location(), 0, table.specs().get(file.specId()), file.partition());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return writer.result().deleteFiles();
    }

    private GenericFileWriterFactory factory() {
        return new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.AVRO)
                .deleteFileFormat(FileFormat.AVRO)
                .build();
    }

    private EncryptedOutputFile output(String extension) {
        return EncryptedFiles.plainAsEncryptedOutput(
                table.io().newOutputFile(table.location() + "/data/" + UUID.randomUUID() + "." + extension));
    }
}
