package dev.firn.rest;

import dev.firn.catalog.Commits;
import dev.firn.catalog.TableCommit;
import io.javalin.http.Context;
import java.util.List;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** {@code POST /v1/{prefix}/transactions/commit}: several tables at once, all or none. */
final class TransactionRoutes {
    private final Sessions sessions;
    private final Commits commits;

    TransactionRoutes(Sessions sessions, Commits commits) {
        this.sessions = sessions;
        this.commits = commits;
    }

    void register(CatalogRouter router) {
        router.postOnce("/transactions/commit", this::commit);
    }

    private void commit(Context context) {
        CommitTransactionRequest request = Bodies.read(context, CommitTransactionRequest.class);
        List<TableCommit> changes =
                request.tableChanges().stream().map(TransactionRoutes::commit).toList();
        Later.noContent(context, commits.commitAll(sessions.of(context), changes));
    }

    private static TableCommit commit(UpdateTableRequest request) {
        if (request.identifier() == null) {
            throw new BadRequestException("A table change of a transaction needs an identifier");
        }
        return Requests.commit(request.identifier(), request);
    }
}
