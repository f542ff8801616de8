package dev.firn.catalog;

import java.util.regex.Pattern;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.SortField;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewRepresentation;
import org.apache.iceberg.view.ViewVersion;

/**
 * Refuses what Iceberg reads for the sake of later versions and nobody can use: a table partitioned by a transform that does not exist could never be written
 * to.
 */
final class Understood {
    private static final Pattern TRANSFORM =
            Pattern.compile("(identity|year|month|day|hour|void|(bucket|truncate)\\[\\d+])", Pattern.CASE_INSENSITIVE);

    private Understood() {}

    /** Throws {@link BadRequestException} if a table that is to be made uses an unknown transform. Commits are taken as iceberg-core takes them. */
    static void require(TableMetadata made) {
        for (PartitionField field : made.spec().fields()) {
            require(field.transform());
        }
        for (SortField field : made.sortOrder().fields()) {
            require(field.transform());
        }
    }

    private static void require(Transform<?, ?> transform) {
        if (!TRANSFORM.matcher(transform.toString()).matches()) {
            throw new BadRequestException("Unknown transform: %s", transform);
        }
    }

    /** Throws {@link BadRequestException} if a version of the view says in something else than SQL what it is. */
    static void require(ViewMetadata next) {
        for (ViewVersion version : next.versions()) {
            for (ViewRepresentation representation : version.representations()) {
                if (!(representation instanceof SQLViewRepresentation)) {
                    throw new BadRequestException("Unknown type of a view's representation: %s", representation.type());
                }
            }
        }
    }
}
