package dev.firn.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn webhook}: who is told of changes. */
@Command(
        name = "webhook",
        mixinStandardHelpOptions = true,
        description = "Addresses that are told the changes of the catalog, in order, each signed.",
        subcommands = {
            WebhookCommand.Add.class,
            WebhookCommand.ListAll.class,
            WebhookCommand.Enable.class,
            WebhookCommand.Remove.class,
            WebhookCommand.Test.class
        })
final class WebhookCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "add, list, enable, remove or test?");
    }

    /** What all of them have: one request, and lines about its answer. */
    private abstract static class OneRequest implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // Picocli sets it.
        private CommandSpec spec;

        @Mixin
        private ServerOptions options = new ServerOptions();

        abstract void ask(Connection connection, PrintWriter out);

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try (Connection connection = options.connect()) {
                ask(connection, out);
            } finally {
                out.flush();
            }
            return 0;
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Tells an address of each change from now on, and prints the secret of the signatures, once.")
    static final class Add extends OneRequest {
        @Parameters(paramLabel = "URL", description = "where changes are posted; http or https")
        private String url = "";

        @Option(
                names = "--secret",
                defaultValue = "${env:FIRN_WEBHOOK_SECRET}",
                description =
                        "what is signed with, whsec_ and the base64 of 24 to 64 bytes, if not a new one [FIRN_WEBHOOK_SECRET]")
        private @Nullable String secret;

        @Option(
                names = "--operations",
                split = ",",
                paramLabel = "OPERATION",
                description = "only these, as in create-table,commit-table")
        private @Nullable List<String> operations;

        @Option(
                names = "--namespace",
                converter = DottedNamespace.Converter.class,
                description = "only what is in it and below, as in outer.inner")
        private @Nullable DottedNamespace namespace;

        @Option(
                names = "--after",
                paramLabel = "CHANGE",
                description = "begin behind this change, 0 for all there were")
        private @Nullable Long after;

        @Override
        void ask(Connection connection, PrintWriter out) {
            ObjectNode body = JSON.createObjectNode().put("url", url);
            if (secret != null && !secret.isEmpty()) {
                body.put("secret", secret);
            }
            if (operations != null) {
                operations.forEach(body.withArray("operations")::add);
            }
            if (namespace != null) {
                namespace.levels().forEach(body.withArray("namespace")::add);
            }
            if (after != null) {
                body.put("after", after);
            }
            JsonNode webhook = connection.post(connection.catalogPath("/webhooks"), body);
            out.println("webhook " + webhook.path("id").asLong() + " tells "
                    + webhook.path("url").asText());
            out.println("secret  " + webhook.path("secret").asText());
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the webhooks and how they go.")
    static final class ListAll extends OneRequest {
        @Override
        void ask(Connection connection, PrintWriter out) {
            JsonNode answer = connection.get(connection.catalogPath("/webhooks"));
            answer.path("webhooks").forEach(webhook -> out.println(WebhookLine.of(webhook)));
        }
    }

    @Command(
            name = "enable",
            mixinStandardHelpOptions = true,
            description =
                    "Tells an address again that answered 410 Gone, beginning with the change that it did not take.")
    static final class Enable extends OneRequest {
        @Parameters(paramLabel = "ID", description = "the number of the webhook")
        private long id;

        @Override
        void ask(Connection connection, PrintWriter out) {
            JsonNode webhook =
                    connection.post(connection.catalogPath("/webhooks/" + id + "/enable"), JSON.createObjectNode());
            out.println("webhook " + id + " tells " + webhook.path("url").asText() + ", behind change "
                    + webhook.path("position").asLong());
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Tells an address nothing any more.")
    static final class Remove extends OneRequest {
        @Parameters(paramLabel = "ID", description = "the number of the webhook")
        private long id;

        @Override
        void ask(Connection connection, PrintWriter out) {
            connection.delete(connection.catalogPath("/webhooks/" + id));
        }
    }

    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            description = "Sends an event that tells of nothing, once, and says what the receiver answered.")
    static final class Test extends OneRequest {
        @Parameters(paramLabel = "ID", description = "the number of the webhook")
        private long id;

        @Override
        void ask(Connection connection, PrintWriter out) {
            JsonNode answer =
                    connection.post(connection.catalogPath("/webhooks/" + id + "/test"), JSON.createObjectNode());
            if (!answer.path("delivered").asBoolean()) {
                throw new CommandException("the receiver of webhook " + id + " "
                        + answer.path("failure").asText());
            }
            out.println("answered " + answer.path("status").asInt());
        }
    }
}
