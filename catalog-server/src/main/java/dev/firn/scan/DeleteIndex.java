package dev.firn.scan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.PartitionMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the delete files that apply to a data file, by the rules of the table specification ("Scan planning"):
 *
 * <ul>
 *   <li>a deletion vector to the one file that it names, and then no position delete file does;
 *   <li>a position delete file to the file that it names, if it names one, else to the files of its partition; data that is not newer;
 *   <li>an equality delete file to the files of its partition, or to all if it has none; data that is older.
 * </ul>
 */
final class DeleteIndex {
    private final Map<String, DeleteFile> vectors = new HashMap<>();
    private final Map<String, SequencedDeletes> positionsOfFile = new HashMap<>();
    private final PartitionMap<SequencedDeletes> positions;
    private final PartitionMap<SequencedDeletes> equality;
    private final SequencedDeletes equalityEverywhere = new SequencedDeletes();
    private final Schema schema;
    private final AnsweredPartitions partitions;

    DeleteIndex(Iterable<DeleteFile> deletes, Scope scope) {
        Map<Integer, PartitionSpec> specs = scope.specs();
        this.schema = scope.schema();
        this.partitions = scope.partitions();
        this.positions = PartitionMap.create(specs);
        this.equality = PartitionMap.create(specs);
        for (DeleteFile file : deletes) {
            if (ContentFileUtil.isDV(file)) {
                vectors.put(file.referencedDataFile(), answered(file));
            } else if (file.content() == FileContent.POSITION_DELETES) {
                addPositions(file);
            } else {
                addEquality(file, specs);
            }
        }
        positionsOfFile.values().forEach(SequencedDeletes::sort);
        positions.values().forEach(SequencedDeletes::sort);
        equality.values().forEach(SequencedDeletes::sort);
        equalityEverywhere.sort();
    }

    private DeleteFile answered(DeleteFile file) {
        return partitions.told(file.copyWithoutStats());
    }

    private void addPositions(DeleteFile file) {
        CharSequence named = ContentFileUtil.referencedDataFile(file);
        SequencedDeletes same = named == null
                ? positions.computeIfAbsent(file.specId(), file.partition(), SequencedDeletes::new)
                : positionsOfFile.computeIfAbsent(named.toString(), path -> new SequencedDeletes());
        same.add(answered(file));
    }

    private void addEquality(DeleteFile file, Map<Integer, PartitionSpec> specs) {
        PartitionSpec spec = specs.get(file.specId());
        SequencedDeletes same = spec == null || spec.isUnpartitioned()
                ? equalityEverywhere
                : equality.computeIfAbsent(file.specId(), file.partition(), SequencedDeletes::new);
        same.add(file);
    }

    /** The delete files that have to be read with a data file; without their statistics. */
    List<DeleteFile> of(DataFile data) {
        long sequenceNumber = data.dataSequenceNumber();
        List<DeleteFile> found = new ArrayList<>();
        addEqualityDeletes(found, equalityEverywhere, data, sequenceNumber);
        addEqualityDeletes(found, equality.get(data.specId(), data.partition()), data, sequenceNumber);
        DeleteFile vector = vectors.get(data.location());
        if (vector != null && vector.dataSequenceNumber() >= sequenceNumber) {
            found.add(vector);
        } else {
            addPositionDeletes(found, positions.get(data.specId(), data.partition()), sequenceNumber);
            addPositionDeletes(found, positionsOfFile.get(data.location()), sequenceNumber);
        }
        return found;
    }

    private static void addPositionDeletes(
            List<DeleteFile> found, @Nullable SequencedDeletes deletes, long sequenceNumber) {
        if (deletes != null) {
            found.addAll(deletes.since(sequenceNumber));
        }
    }

    private void addEqualityDeletes(
            List<DeleteFile> found, @Nullable SequencedDeletes deletes, DataFile data, long sequenceNumber) {
        if (deletes != null) {
            for (DeleteFile file : deletes.since(sequenceNumber + 1)) {
                if (EqualityBounds.mayMeet(file, data, schema)) {
                    found.add(answered(file));
                }
            }
        }
    }
}
