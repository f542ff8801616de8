package dev.firn.rest;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.NotFoundResponse;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /docs}: a page that renders {@code /openapi.json} with Swagger UI. All of it comes from this server. */
final class DocumentationRoutes {
    /** What the page needs, with its type; nothing else of the library is served. */
    private static final Map<String, String> FILES = Map.of(
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "swagger-ui.css", "text/css; charset=utf-8",
            "start.js", "text/javascript; charset=utf-8");

    private static final String LIBRARY = "/META-INF/resources/webjars/swagger-ui/";

    /** A browser that is told so asks no other server for anything. Swagger UI sets styles on single elements. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    void register(RoutesConfig routes) {
        CatalogRouter.get(routes, "/", this::root);
        CatalogRouter.get(routes, "/docs", this::page);
        CatalogRouter.get(routes, "/docs/{version}/{file}", this::file);
    }

    /** Leads browsers to the page. To all others there is nothing here. */
    private void root(Context context) {
        String accept = context.header("Accept");
        if (accept == null || !accept.contains("text/html")) {
            throw new NotFoundResponse("There is nothing at /: GET /v1/config says what is served, /docs describes it");
        }
        context.redirect("docs", HttpStatus.FOUND);
        context.contentType("text/plain");
    }

    private void page(Context context) {
        InputStream page = DocumentationRoutes.class.getResourceAsStream("docs/index.html");
        if (page == null) {
            throw new IllegalStateException("The jar does not hold docs/index.html");
        }
        context.header("Content-Security-Policy", POLICY);
        context.header("Cache-Control", "no-cache");
        context.contentType("text/html; charset=utf-8");
        context.result(page);
    }

    /** The version stands in the path, so that a browser may keep the file for ever. */
    private void file(Context context) {
        String name = context.pathParam("file");
        String version = context.pathParam("version");
        @Nullable String type = FILES.get(name);
        @Nullable InputStream file = type == null || version.contains("/") ? null : open(version, name);
        if (type == null || file == null) {
            throw new NotFoundResponse("There is no such file: " + context.path());
        }
        context.header("Cache-Control", "public, max-age=31536000, immutable");
        context.header("X-Content-Type-Options", "nosniff");
        context.contentType(type);
        context.result(file);
    }

    private static @Nullable InputStream open(String version, String name) {
        return name.equals("start.js")
                ? DocumentationRoutes.class.getResourceAsStream("docs/" + name)
                : DocumentationRoutes.class.getResourceAsStream(LIBRARY + version + "/" + name);
    }
}
