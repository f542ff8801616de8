package dev.firn.conformance.port.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.harness.Json;
import dev.firn.conformance.harness.Views;
import java.util.LinkedHashMap;
import java.util.Map;

/** A good body for every route that takes one, with every kind of field that tests spoil. */
final class Bodies {
    private static final String SCHEMA = """
        {'type':'struct','schema-id':0,'identifier-field-ids':[1],'fields':[
          {'id':1,'name':'id','required':true,'type':'long','doc':'d'},
          {'id':2,'name':'at','required':false,'type':'timestamp'},
          {'id':3,'name':'list','required':false,
            'type':{'type':'list','element-id':5,'element':'string','element-required':false}},
          {'id':4,'name':'map','required':false,
            'type':{'type':'map','key-id':6,'key':'string','value-id':7,'value':'int','value-required':false}},
          {'id':8,'name':'inner','required':false,
            'type':{'type':'struct','fields':[{'id':9,'name':'x','required':false,'type':'decimal(9,2)'}]}}]}""";
    private static final String SPEC =
            "{'spec-id':1,'fields':[{'source-id':2,'field-id':1000,'name':'at_day','transform':'day'}]}";
    private static final String ORDER = "{'order-id':1,'fields':[{'source-id':1,'transform':'bucket[4]',"
            + "'direction':'asc','null-order':'nulls-first'}]}";
    private static final String VERSION = """
        {'version-id':2,'timestamp-ms':1,'schema-id':-1,'summary':{'k':'v'},'default-catalog':'c','default-namespace':['n'],
         'representations':[{'type':'sql','sql':'select 1','dialect':'spark'}]}""";
    private static final String UPDATES = """
        [{'action':'upgrade-format-version','format-version':3},
         {'action':'add-schema','schema':%s},
         {'action':'set-current-schema','schema-id':-1},
         {'action':'add-spec','spec':%s},
         {'action':'set-default-spec','spec-id':-1},
         {'action':'add-sort-order','sort-order':%s},
         {'action':'set-default-sort-order','sort-order-id':-1},
         {'action':'add-snapshot','snapshot':{'snapshot-id':1,'sequence-number':1,'timestamp-ms':4102444800000,
            'manifest-list':'x.avro','summary':{'operation':'append'},'schema-id':0,'first-row-id':0,'added-rows':5}},
         {'action':'set-snapshot-ref','ref-name':'main','type':'branch','snapshot-id':1,'max-ref-age-ms':1,
            'max-snapshot-age-ms':2,'min-snapshots-to-keep':1},
         {'action':'remove-snapshot-ref','ref-name':'tag'},
         {'action':'set-properties','updates':{'a':'b'}},
         {'action':'remove-properties','removals':['a']},
         {'action':'set-statistics','snapshot-id':1,'statistics':{'snapshot-id':1,'statistics-path':'s.puffin',
            'file-size-in-bytes':1,'file-footer-size-in-bytes':1,'blob-metadata':[{'type':'t','snapshot-id':1,
            'sequence-number':1,'fields':[1],'properties':{'a':'b'}}]}},
         {'action':'remove-statistics','snapshot-id':1},
         {'action':'set-partition-statistics','partition-statistics':{'snapshot-id':1,'statistics-path':'p.parquet',
            'file-size-in-bytes':1}},
         {'action':'remove-schemas','schema-ids':[0]},
         {'action':'remove-partition-specs','spec-ids':[0]},
         {'action':'remove-snapshots','snapshot-ids':[7]},
         {'action':'add-encryption-key','encryption-key':{'key-id':'k','encrypted-key-metadata':'aGk=','properties':{'a':'b'}}},
         {'action':'remove-encryption-key','key-id':'k'}]""".formatted(SCHEMA, SPEC, ORDER);
    private static final String REQUIREMENTS = """
        [{'type':'assert-table-uuid','uuid':'00000000-0000-0000-0000-000000000000'},
         {'type':'assert-ref-snapshot-id','ref':'main','snapshot-id':7},
         {'type':'assert-last-assigned-field-id','last-assigned-field-id':9},
         {'type':'assert-current-schema-id','current-schema-id':0},
         {'type':'assert-last-assigned-partition-id','last-assigned-partition-id':1000},
         {'type':'assert-default-spec-id','default-spec-id':0},
         {'type':'assert-default-sort-order-id','default-sort-order-id':1}]""";
    private static final String FILTER = """
        {'type':'and','left':{'type':'or','left':{'type':'lt','term':'id','value':5},
         'right':{'type':'in','term':'id','values':[1,2]}},
         'right':{'type':'not','child':{'type':'is-null','term':{'type':'transform','transform':'day','term':'at'}}}}""";

    private Bodies() {}

    /** Paths and bodies, for a namespace that holds a table {@code t} and a view {@code v}. */
    static Map<String, JsonNode> good(CatalogClient client, String namespace) {
        String in = client.namespace(namespace);
        String table = client.table(namespace, "t");
        Map<String, JsonNode> bodies = new LinkedHashMap<>();
        bodies.put(client.root() + "/namespaces", json("{'namespace':['spoilt'],'properties':{'a':'b'}}"));
        bodies.put(in + "/properties", json("{'removals':['q'],'updates':{'a':'b'}}"));
        bodies.put(
                in + "/tables",
                json(
                        "{'name':'spoilt','schema':%s,'partition-spec':%s,'write-order':%s,'stage-create':true,'properties':{'format-version':'3'}}",
                        SCHEMA, SPEC, ORDER));
        bodies.put(in + "/register", json("{'name':'spoilt','metadata-location':'x','overwrite':true}"));
        bodies.put(table, json("{'requirements':%s,'updates':%s}", REQUIREMENTS, UPDATES));
        bodies.put(
                client.root() + "/transactions/commit",
                json(
                        "{'table-changes':[{'identifier':{'namespace':['%s'],'name':'t'},'requirements':%s,'updates':%s}]}",
                        namespace, REQUIREMENTS, UPDATES));
        String rename =
                "{'source':{'namespace':['spoilt'],'name':'a'},'destination':{'namespace':['spoilt'],'name':'b'}}";
        bodies.put(client.root() + "/tables/rename", json(rename));
        bodies.put(client.root() + "/views/rename", json(rename));
        bodies.put(in + "/views", Json.parse(Views.create(namespace, "v")));
        bodies.put(
                client.view(namespace, "v"),
                json(
                        "{'requirements':[{'type':'assert-view-uuid','uuid':'00000000-0000-0000-0000-000000000000'}],'updates':["
                                + "{'action':'assign-uuid','uuid':'00000000-0000-0000-0000-000000000000'},"
                                + "{'action':'add-schema','schema':%s},{'action':'add-view-version','view-version':%s},"
                                + "{'action':'set-current-view-version','view-version-id':-1}]}",
                        SCHEMA, VERSION));
        bodies.put(in + "/register-view", json("{'name':'spoilt','metadata-location':'x'}"));
        bodies.put(
                table + "/metrics",
                json(
                        "{'report-type':'scan-report','table-name':'t','snapshot-id':1,'filter':%s,'schema-id':0,"
                                + "'projected-field-ids':[1],'projected-field-names':['id'],'metrics':{'total-planning-duration':"
                                + "{'count':1,'time-unit':'nanoseconds','total-duration':5}},'metadata':{'a':'b'}}",
                        FILTER));
        bodies.put(
                table + "/plan",
                json(
                        "{'select':['id'],'filter':%s,'case-sensitive':true,'use-snapshot-schema':false,"
                                + "'stats-fields':['id'],'min-rows-requested':5}",
                        FILTER));
        bodies.put(table + "/tasks", json("{'plan-task':'x'}"));
        bodies.put(
                table + "/sign",
                json("{'region':'r','uri':'s3://a/b','method':'GET','headers':{'a':['b']},'properties':{'a':'b'}}"));
        return bodies;
    }

    private static JsonNode json(String text, Object... values) {
        return Json.of(text.formatted(values));
    }
}
