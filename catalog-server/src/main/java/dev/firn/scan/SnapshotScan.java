package dev.firn.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;

/** A scan of a table as it is at one snapshot. What is kept of it is where the files stand that it wants, not the files. */
final class SnapshotScan implements PlannedScan {
    private static final int PART_WEIGHT = 64;

    /** Some of the matches in one manifest: numbers {@code from} until {@code to}. */
    private record Part(int manifest, Matches matches, int from, int to) {}

    private final SnapshotFiles files;
    private final List<List<Part>> pages;

    private SnapshotScan(SnapshotFiles files, List<List<Part>> pages) {
        this.files = files;
        this.pages = pages;
    }

    /** Looks at all files that the manifests list. */
    static SnapshotScan plan(SnapshotFiles files, Workers workers, int filesPerPage) {
        files.prepareDeletes(workers);
        DeleteIndex deletes = files.deletes();
        long minRows = files.scope().minRows();
        List<Callable<Matches>> work = new ArrayList<>();
        for (int manifest = 0; manifest < files.manifests(); manifest++) {
            int number = manifest;
            work.add(() -> Matches.of(files.dataFiles(number), files.filter(number), deletes, minRows));
        }
        return new SnapshotScan(files, pages(workers.all(work), minRows, filesPerPage));
    }

    private static List<List<Part>> pages(List<Matches> found, long minRows, int filesPerPage) {
        List<List<Part>> pages = new ArrayList<>();
        List<Part> page = new ArrayList<>();
        int room = filesPerPage;
        long rows = 0;
        for (int manifest = 0; manifest < found.size() && rows < minRows; manifest++) {
            Matches matches = found.get(manifest);
            rows += matches.sureRows();
            for (int from = 0; from < matches.count(); ) {
                if (room == 0) {
                    pages.add(List.copyOf(page));
                    page.clear();
                    room = filesPerPage;
                }
                int to = Math.min(matches.count(), from + room);
                page.add(new Part(manifest, matches, from, to));
                room -= to - from;
                from = to;
            }
        }
        pages.add(List.copyOf(page));
        return List.copyOf(pages);
    }

    @Override
    public int pages() {
        return pages.size();
    }

    @Override
    public List<FileScanTask> tasks(int page) {
        DeleteIndex deletes = files.deletes();
        List<FileScanTask> tasks = new ArrayList<>();
        for (Part part : pages.get(page)) {
            List<DataFile> listed = files.dataFiles(part.manifest());
            SpecFilter filter = files.filter(part.manifest());
            for (int number = part.from(); number < part.to(); number++) {
                DataFile file = listed.get(part.matches().position(number));
                tasks.add(filter.task(file, deletes.of(file)));
            }
        }
        return tasks;
    }

    @Override
    public Map<Integer, PartitionSpec> specs() {
        return files.scope().partitions().specs();
    }

    @Override
    public long weight() {
        long weight = files.weight();
        for (List<Part> page : pages) {
            for (Part part : page) {
                weight += PART_WEIGHT + (part.matches().positions() == null ? 0L : 4L * (part.to() - part.from()));
            }
        }
        return weight;
    }
}
