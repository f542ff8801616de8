package dev.firn.conformance.port.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.FirnServer;
import dev.firn.conformance.harness.Json;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to plan a scan as the specification writes them, in both of its forms of filters, and what is said of those that are wrong. */
@ExtendWith(ScanServer.class)
class FiltersIT {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "day", Types.DateType.get()),
            Types.NestedField.optional(4, "at", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(5, "zoned", Types.TimestampType.withZone()),
            Types.NestedField.optional(6, "price", Types.DecimalType.of(9, 2)),
            Types.NestedField.optional(7, "code", Types.FixedType.ofLength(2)),
            Types.NestedField.optional(8, "raw", Types.BinaryType.get()),
            Types.NestedField.optional(9, "key", Types.UUIDType.get()),
            Types.NestedField.optional(10, "time", Types.TimeType.get()),
            Types.NestedField.optional(11, "share", Types.DoubleType.get()),
            Types.NestedField.optional(
                    12, "inner", Types.StructType.of(Types.NestedField.optional(13, "x", Types.IntegerType.get()))));

    /** One table for all tests: none of them changes it. */
    private static HttpScans scans;

    private static synchronized HttpScans scans(FirnServer server) {
        if (scans == null) {
            scans = HttpScans.create(server, SCHEMA, 4);
        }
        return scans;
    }

    private static Answer plan(FirnServer server, JsonNode filter) {
        return scans(server).plan("{\"filter\":" + filter + "}");
    }

    private static String ref(String name) {
        return "{'type':'reference','name':'" + name + "'}";
    }

    static Stream<List<String>> filters() {
        String five = "{'type':'literal','value':5,'data-type':'long'}";
        return Stream.of(
                List.of("0123", "true", "{'type':'true'}", "{'type':'literal','value':true}", "null"),
                List.of("", "false", "{'type':'false'}", "{'type':'literal','value':false}"),
                List.of(
                        "0",
                        "{'type':'eq','term':'id','value':5}",
                        "{'type':'eq','left':" + ref("id") + ",'right':5}",
                        "{'type':'eq','left':" + ref("id") + ",'right':" + five + "}",
                        "{'type':'eq','left':" + five + ",'right':" + ref("id") + "}",
                        "{'type':'eq','term':" + ref("id") + ",'value':{'type':'literal','value':5}}"),
                List.of(
                        "01",
                        "{'type':'lt','term':'id','value':20}",
                        "{'type':'lt','left':" + ref("id") + ",'right':20}",
                        "{'type':'gt','left':20,'right':" + ref("id") + "}",
                        "{'type':'not','child':{'type':'gt-eq','left':" + ref("id") + ",'right':20}}"),
                List.of(
                        "012",
                        "{'type':'lt-eq','term':'id','value':20}",
                        "{'type':'gt-eq','left':20,'right':" + ref("id") + "}"),
                List.of(
                        "23",
                        "{'type':'gt-eq','term':'id','value':20}",
                        "{'type':'gt','left':" + ref("id") + ",'right':19}",
                        "{'type':'lt-eq','left':20,'right':" + ref("id") + "}"),
                List.of(
                        "02",
                        "{'type':'in','term':'id','values':[5,25]}",
                        "{'type':'in','child':" + ref("id") + ",'values':[5,{'type':'literal','value':25}]}",
                        "{'type':'in','child':" + ref("id")
                                + ",'values':{'type':'literals','values':[5,25],'data-type':'long'}}",
                        "{'type':'or','left':{'type':'eq','left':" + ref("id")
                                + ",'right':5},'right':{'type':'eq','term':'id','value':25}}"),
                List.of("", "{'type':'in','term':'id','values':[]}", "{'type':'is-null','child':" + ref("id") + "}"),
                List.of(
                        "0123",
                        "{'type':'not-in','term':'id','values':[5]}",
                        "{'type':'not-eq','left':" + ref("id") + ",'right':5}",
                        "{'type':'not-null','child':" + ref("id") + "}",
                        "{'type':'is-null','child':" + ref("inner") + "}",
                        "{'type':'is-nan','child':" + ref("share") + "}",
                        "{'type':'not-nan','term':'share'}",
                        "{'type':'starts-with','left':" + ref("name") + ",'right':'a'}",
                        "{'type':'not-starts-with','term':'name','value':'a'}",
                        "{'type':'eq','left':" + ref("inner.x") + ",'right':1}"),
                List.of(
                        "1",
                        "{'type':'and','left':{'type':'gt','term':'id','value':9},'right':{'type':'lt','left':"
                                + ref("id") + ",'right':20}}"),
                List.of(
                        "0123",
                        "{'type':'eq','term':{'type':'transform','transform':'bucket[4]','term':'id'},'value':1}",
                        "{'type':'eq','left':{'type':'apply','function':'bucket','arguments':[4," + ref("id")
                                + "]},'right':1}",
                        "{'type':'eq','left':{'type':'apply','function':['system','bucket'],'arguments':[" + ref("id")
                                + ",{'type':'literal','value':4}]},'right':1}",
                        "{'type':'in','child':{'type':'apply','function':{'identifier':['month']},'arguments':["
                                + ref("day") + "]},'values':[1]}"));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void theSameInEveryForm(List<String> expectedAndForms, FirnServer server) {
        for (String form : expectedAndForms.subList(1, expectedAndForms.size())) {
            JsonNode planned =
                    plan(server, Json.of(form.replace("%", "%%"))).expect(200).json();
            assertThat(String.join("", scans(server).files(planned))).as(form).isEqualTo(expectedAndForms.get(0));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id     | 'abc'",
                "id     | 1.5",
                "id     | true",
                "name   | 17",
                "day    | '2026-13-01'",
                "at     | '2026-01-01T00:00:00+00:00'",
                "zoned  | '2026-01-01T00:00:00'",
                "zoned  | 'yesterday'",
                "price  | 'much'",
                "code   | '07'",
                "code   | 'zz'",
                "raw    | 'abc'",
                "raw    | 17",
                "key    | '9f0c'",
                "time   | '25:99'",
                "share  | 'half'",
                "inner  | 17",
                "nobody | 17",
                "ID     | 17",
            },
            quoteCharacter = '\0')
    void aValueOrANameThatDoesNotFitIsShown(String column, String value, FirnServer server) {
        for (String form : List.of(
                "{'type':'eq','term':'%s','value':%s}",
                "{'type':'gt','left':{'type':'reference','name':'%s'},'right':%s}",
                "{'type':'in','term':'%s','values':[%s]}")) {
            Answer answer = plan(server, Json.of(form.formatted(column, value))).expect(400);
            String message = answer.json().at("/error/message").asText();
            assertThat(message)
                    .contains(
                            "\"" + column + "\"",
                            Json.of(value.replace("%", "%%")).toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "'id = 5'",
                "[]",
                "{}",
                "{'type':'equals','term':'id','value':5}",
                "{'type':'eq','term':'id'}",
                "{'type':'eq','value':5}",
                "{'type':'eq','term':'id','value':null}",
                "{'type':'eq','left':5,'right':5}",
                "{'type':'eq','left':{'type':'reference','name':'id'},'right':{'type':'reference','name':'id'}}",
                "{'type':'starts-with','left':'a','right':{'type':'reference','name':'name'}}",
                "{'type':'starts-with','term':'id','value':'5'}",
                "{'type':'is-nan','term':'id'}",
                "{'type':'is-null','term':'id','value':5}",
                "{'type':'in','term':'id','value':5}",
                "{'type':'in','term':'id','values':5}",
                "{'type':'and','left':{'type':'is-null','term':'id'}}",
                "{'type':'not'}",
                "{'type':'eq','left':{'type':'reference','id':1},'right':5}",
                "{'type':'eq','left':{'type':'reference'},'right':5}",
                "{'type':'eq','left':{'type':'apply','function':'soundex','arguments':[{'type':'reference','name':'name'}]},'right':'a'}",
                "{'type':'eq','left':{'type':'apply','function':'bucket','arguments':[]},'right':5}",
                "{'type':'eq','left':{'type':'apply','function':'month','arguments':[{'type':'reference','name':'id'}]},'right':5}",
            })
    void whatIsNoFilterIsRefused(String filter, FirnServer server) {
        Answer answer = plan(server, Json.of(filter)).expect(400);
        assertThat(answer.json().at("/error/type").asText()).isEqualTo("BadRequestException");
        assertThat(answer.json().at("/error/message").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'snapshot-id':17} | 17",
                "{'snapshot-id':'17'} | 17",
                "{'snapshot-id':1.5} | 1.5",
                "{'start-snapshot-id':17} | endSnapshotId",
                "{'start-snapshot-id':17,'end-snapshot-id':18} | 18",
                "{'snapshot-id':17,'start-snapshot-id':17,'end-snapshot-id':18} | snapshotId",
                "{'select':['nobody']} | nobody",
                "{'select':['ID']} | ID",
                "{'select':'id'} | select",
                "{'select':[17]} | 17",
                "{'stats-fields':['nobody']} | nobody",
                "{'min-rows-requested':-1} | negative",
                "{'min-rows-requested':'few'} | few",
                "{'case-sensitive':'no'} | no",
                "{'use-snapshot-schema':17} | 17",
            },
            quoteCharacter = '\0')
    void whatDoesNotExistIsNamed(String request, String name, FirnServer server) {
        Answer answer = scans(server).plan(Json.of(request)).expect(400);
        assertThat(answer.json().at("/error/message").asText()).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'select':['ID','inner.x'],'stats-fields':['ID'],'filter':{'type':'gt-eq','term':'ID','value':0},'case-sensitive':false}",
                "{'select':['id','_file','_pos','_partition.name'],'unknown-to-all':1}",
                "{'select':[],'stats-fields':[],'min-rows-requested':1000}",
            })
    void whatMayBeAskedIsPlanned(String request, FirnServer server) {
        JsonNode planned = scans(server).plan(Json.of(request)).expect(200).json();
        assertThat(scans(server).files(planned)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'case-sensitive':false,'select':['Id']}",
                "{'case-sensitive':false,'stats-fields':['Id']}",
                "{'case-sensitive':false,'filter':{'type':'eq','term':'Id','value':5}}",
            })
    void namesThatDifferInCaseAloneAreNotLookedForWithoutCase(String request, FirnServer server) {
        HttpScans table = HttpScans.create(
                server,
                new Schema(
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "ID", Types.LongType.get())),
                1);
        Answer answer = table.plan(Json.of(request)).expect(400);
        assertThat(answer.json().at("/error/message").asText()).contains("Id", "id and ID");
    }
}
