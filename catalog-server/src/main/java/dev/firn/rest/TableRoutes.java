package dev.firn.rest;

import dev.firn.catalog.CatalogSession;
import dev.firn.catalog.Commits;
import dev.firn.catalog.NewTable;
import dev.firn.catalog.TableDocument;
import dev.firn.catalog.Tables;
import dev.firn.store.Entry;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.function.Function;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** {@code /v1/{prefix}/namespaces/{namespace}/tables} and what else is about one table. */
final class TableRoutes {
    private static final String ALL = "/namespaces/{namespace}/tables";
    private static final String ONE = "/namespaces/{namespace}/tables/{table}";
    private static final String CLIENT_VERSION = "X-Client-Version";

    private final Sessions sessions;
    private final Tables tables;
    private final Commits commits;
    private final TableResponses responses;
    private final CountedAnswers answers;
    private final Listings listings;

    TableRoutes(
            Sessions sessions,
            Tables tables,
            Commits commits,
            TableResponses responses,
            CountedAnswers answers,
            Listings listings) {
        this.sessions = sessions;
        this.tables = tables;
        this.commits = commits;
        this.responses = responses;
        this.answers = answers;
        this.listings = listings;
    }

    void register(CatalogRouter router) {
        router.get(ALL, this::list);
        router.postOnce(ALL, this::create);
        router.get(ONE, this::load, this::exists);
        router.postOnce(ONE, this::commit);
        router.deleteOnce(ONE, this::drop);
        router.postOnce(ONE + "/unregister", this::unregister);
        router.postOnce("/namespaces/{namespace}/register", this::register);
        router.postOnce("/tables/rename", this::rename);
    }

    private void list(Context context) throws IOException {
        CatalogSession session = sessions.of(context);
        Namespace namespace = Paths.namespace(context);
        listings.answer(
                context, session, namespace, Listings.Kind.TABLES, page -> tables.list(session, namespace, page));
    }

    private void create(Context context) {
        CatalogSession session = sessions.of(context);
        CreateTableRequest request = Bodies.read(context, CreateTableRequest.class);
        NewTable table = Requests.table(Paths.namespace(context), request);
        if (request.stageCreate()) {
            context.contentType("application/json");
            context.result(TableResponses.staged(tables.stage(session, table)));
        } else {
            Later.answer(
                    context,
                    tables.create(session, table),
                    created -> responses.changed(created).sendWithoutWaiting(context));
        }
    }

    private void load(Context context) throws IOException {
        TableResponses.Snapshots snapshots = TableResponses.Snapshots.of(context.queryParam("snapshots"));
        References.check(context);
        CatalogSession session = sessions.of(context);
        Entry table = tables.load(session, Paths.table(context));
        tables.requireFile(session, table);
        boolean past = !session.moment().isPresent();
        if (past) {
            context.res().addHeader("Vary", CLIENT_VERSION);
        }
        responses
                .load(answer -> read(context, table, answer), table, snapshots, past && deletesFiles(context))
                .sendUnlessKnown(context);
    }

    private ReadyResponse read(Context context, Entry table, Function<TableDocument, ReadyResponse> answer) {
        answers.await(context, tables.length(table));
        return tables.read(table, answer);
    }

    /**
     * Whether this is an engine that deletes files without asking the catalog: one over Iceberg's Java library (Spark, Flink, Trino), which says so. By the past state of a table what
     * came since belongs to nobody.
     */
    private static boolean deletesFiles(Context context) {
        String version = context.header(CLIENT_VERSION);
        return version != null && version.startsWith("Apache Iceberg");
    }

    private void exists(Context context) {
        CatalogSession session = sessions.of(context);
        tables.requireNotPurged(session, tables.load(session, Paths.table(context)));
        context.status(204);
    }

    private void commit(Context context) {
        UpdateTableRequest request = Bodies.read(context, UpdateTableRequest.class);
        Later.answer(
                context,
                commits.commit(sessions.of(context), Requests.commit(Paths.table(context), request)),
                table -> responses.changed(table).sendWithoutWaiting(context));
    }

    private void drop(Context context) {
        boolean purge = Queries.flag(context, "purgeRequested");
        Later.noContent(context, tables.drop(sessions.of(context), Paths.table(context), purge));
    }

    private void unregister(Context context) throws IOException {
        responses
                .changed(tables.unregister(sessions.of(context), Paths.table(context)))
                .send(context);
    }

    private void register(Context context) throws IOException {
        RegisterTableRequest request = Bodies.read(context, RegisterTableRequest.class);
        TableIdentifier identifier = Requests.identifier(Paths.namespace(context), request.name());
        responses
                .changed(tables.register(
                        sessions.of(context), identifier, request.metadataLocation(), request.overwrite()))
                .send(context);
    }

    private void rename(Context context) {
        RenameTableRequest request = Bodies.read(context, RenameTableRequest.class);
        Later.noContent(context, tables.rename(sessions.of(context), request.source(), request.destination()));
    }
}
