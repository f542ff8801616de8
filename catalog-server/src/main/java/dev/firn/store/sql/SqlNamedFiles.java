package dev.firn.store.sql;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.firn.store.NamedFiles;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Which metadata files the file of state names. */
final class SqlNamedFiles implements NamedFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Versions stand in the order in which they began. There is no index of pointers, as every commit would pay for it. */
    private static final String NAMED = """
        with asked (location) as materialized (select value from json_each(:locations))
        select metadata_location
          from entry_version not indexed
         where rowid > (select coalesce((select rowid from entry_version where from_change <= :after order by rowid desc limit 1), 0))
           and metadata_location in (select location from asked)
         union all
        select metadata_location from receipt where metadata_location in (select location from asked)
         union all
        select location from kept_file where location in (select location from asked)
         union all
        select location from former_file where location in (select location from asked)""";

    private static final String VERSIONS = """
        select metadata_location
          from entry_version version
         where not exists (select 1 from purge where purge.catalog_id = version.catalog_id and purge.uuid = version.uuid)""";

    private final Reads reads;
    private final Arrivals arrivals;

    SqlNamedFiles(Reads reads, Arrivals arrivals) {
        this.reads = reads;
        this.arrivals = arrivals;
    }

    @Override
    public long newestChange() {
        return arrivals.newest();
    }

    @Override
    public void whenReached(LongConsumer action) {
        arrivals.whenReached(action);
    }

    @Override
    public Mark mark() {
        LedgerSql.Position newest = reads.read(LedgerSql::newest);
        return new Mark(newest.change(), newest.changedAt());
    }

    @Override
    public boolean contains(Mark mark) {
        return reads.read(handle -> LedgerSql.contains(handle, mark));
    }

    @Override
    public Set<String> named(Set<String> locations, long after) {
        if (locations.isEmpty()) {
            return Set.of();
        }
        ArrayNode asked = JSON.createArrayNode();
        locations.forEach(asked::add);
        return new HashSet<>(reads.read(handle -> handle.createQuery(NAMED)
                .bind("locations", asked.toString())
                .bind("after", after)
                .mapTo(String.class)
                .list()));
    }

    @Override
    public void eachVersion(Consumer<String> action) {
        reads.read(handle -> Positional.each(handle, VERSIONS, row -> row.getString("metadata_location"), action));
    }
}
