package dev.firn.conformance.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/** Commits to a view say over REST what iceberg-core says of the same updates, and what it refuses is refused and changes nothing. */
class ViewRoundTripIT {
    private static final String NAMESPACE = "round trips";
    private static final List<String> ACTIONS = List.of(
            "assign-uuid",
            "upgrade-format-version",
            "add-schema",
            "add-view-version",
            "set-current-view-version",
            "set-properties",
            "remove-properties",
            "set-location");

    private static Server server;

    @BeforeContainer
    static void start() {
        server = Server.start();
        server.client().createNamespace(NAMESPACE).expect(200);
    }

    @AfterContainer
    static void stop() {
        server.close();
    }

    @Provide
    Arbitrary<List<Commit>> commits() {
        return Commits.any(ViewUpdates.kinds()).list().ofMinSize(1).ofMaxSize(8);
    }

    @Property(seed = "1912")
    void everySequenceOfCommits(@ForAll("commits") List<Commit> commits) throws Exception {
        CatalogClient client = server.client();
        String name = server.freshName();
        JsonNode created = client.createView(NAMESPACE, name).expect(200).json().get("metadata");
        ViewModel model = new ViewModel(ViewMetadataParser.fromJson(created.toString()));
        for (Commit commit : commits) {
            List<String> requirements = commit.checked() ? List.of(requirement(commit, model.present())) : List.of();
            List<String> updates = model.updates(commit);
            ViewMetadata next = null;
            String reason = "";
            try {
                next = model.after(requirements, updates);
            } catch (RuntimeException e) {
                reason = e.toString();
            }
            Answer answer = client.http().post(client.view(NAMESPACE, name), Bodies.commit(requirements, updates));
            if (next == null) {
                assertThat(answer.status())
                        .as("%s, and iceberg-core says %s", answer, reason)
                        .isBetween(400, 499);
            } else {
                answer.expect(200);
                model.moveTo(next);
            }
            Tally.count(updates, next != null, ACTIONS);
            compare(answer, client, name, model);
        }
    }

    /** One that holds, or one that does not. */
    private static String requirement(Commit commit, ViewMetadata view) {
        boolean holds = !new Dice(commit.updates().get(0).seed()).oneIn(4);
        String uuid = holds ? view.uuid() : "00000000-0000-0000-0000-000000000000";
        return Json.value(Map.of("type", "assert-view-uuid", "uuid", uuid)).toString();
    }

    private static void compare(Answer after, CatalogClient client, String name, ViewModel model) throws Exception {
        JsonNode loaded =
                client.http().get(client.view(NAMESPACE, name)).expect(200).json();
        Difference.ofViews(after.toString(), loaded.get("metadata"), model.json());
        JsonNode file = server.metadataFile(loaded.get("metadata-location").asText());
        assertThat(file).as("%s, the file", after).isEqualTo(loaded.get("metadata"));
        ViewMetadata parsed = ViewMetadataParser.fromJson(file);
        Difference.ofViews(after + ", read again", Json.parse(ViewMetadataParser.toJson(parsed)), model.json());
    }
}
