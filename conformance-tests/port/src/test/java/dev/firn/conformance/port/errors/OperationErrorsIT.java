package dev.firn.conformance.port.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.conformance.harness.Answer;
import dev.firn.conformance.harness.CatalogClient;
import dev.firn.conformance.port.Names;
import dev.firn.conformance.port.SharedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every operation of the specification with each error that it documents and a request can cause: its status and its type. */
@ExtendWith(SharedServer.class)
class OperationErrorsIT {
    /**
     * Operation, request line, body ({@code -} for none), status, type. {@code N} is a namespace that holds the table {@code t} and the view {@code v}.
     */
    private static final String ERRORS = """
        getConfig             | GET /v1/config?warehouse=missing-here           | - | 404 NoSuchWarehouseException
        listNamespaces        | GET ROOT/namespaces?parent=missing-here         | - | 404 NoSuchNamespaceException
        listNamespaces        | GET ROOT/namespaces?pageToken=x            | - | 400 BadRequestException
        listNamespaces        | GET /v1/missing-here/namespaces                 | - | 404 NoSuchWarehouseException
        createNamespace       | POST ROOT/namespaces                       | {'namespace':['N']} | 409 AlreadyExistsException
        createNamespace       | POST ROOT/namespaces                       | {} | 400 BadRequestException
        loadNamespaceMetadata | GET ROOT/namespaces/missing-here                | - | 404 NoSuchNamespaceException
        dropNamespace         | DELETE ROOT/namespaces/missing-here             | - | 404 NoSuchNamespaceException
        dropNamespace         | DELETE ROOT/namespaces/N                   | - | 409 NamespaceNotEmptyException
        updateProperties      | POST ROOT/namespaces/missing-here/properties    | {} | 404 NoSuchNamespaceException
        updateProperties      | POST ROOT/namespaces/N/properties          | {'removals':['a'],'updates':{'a':'b'}} | 422 UnprocessableEntityException
        updateProperties      | POST ROOT/namespaces/N/properties          | {'removals':[null]} | 400 BadRequestException
        listTables            | GET ROOT/namespaces/missing-here/tables         | - | 404 NoSuchNamespaceException
        listTables            | GET ROOT/namespaces/N/tables?pageSize=0    | - | 400 BadRequestException
        createTable           | POST ROOT/namespaces/missing-here/tables        | {'name':'x','schema':SCHEMA} | 404 NoSuchNamespaceException
        createTable           | POST ROOT/namespaces/N/tables              | {'name':'t','schema':SCHEMA} | 409 AlreadyExistsException
        createTable           | POST ROOT/namespaces/N/tables              | {'name':'v','schema':SCHEMA} | 409 AlreadyExistsException
        createTable           | POST ROOT/namespaces/N/tables              | {'name':'x'} | 400 BadRequestException
        listFunctions         | GET ROOT/namespaces/missing-here/functions      | - | 404 NoSuchNamespaceException
        loadFunction          | GET ROOT/namespaces/N/functions/f          | - | 404 NoSuchFunctionException
        planTableScan         | POST ROOT/namespaces/N/tables/x/plan       | {} | 404 NoSuchTableException
        planTableScan         | POST ROOT/namespaces/N/tables/t/plan       | {'snapshot-id':77} | 400 BadRequestException
        planTableScan         | POST ROOT/namespaces/N/tables/t/plan       | {'select':['missing-here']} | 400 BadRequestException
        fetchPlanningResult   | GET ROOT/namespaces/N/tables/x/plan/p      | - | 404 NoSuchTableException
        fetchPlanningResult   | GET ROOT/namespaces/N/tables/t/plan/p      | - | 404 NoSuchPlanIdException
        cancelPlanning        | DELETE ROOT/namespaces/N/tables/x/plan/p   | - | 404 NoSuchTableException
        fetchScanTasks        | POST ROOT/namespaces/N/tables/t/tasks      | {'plan-task':'p'} | 404 NoSuchPlanTaskException
        fetchScanTasks        | POST ROOT/namespaces/N/tables/t/tasks      | {} | 400 BadRequestException
        registerTable         | POST ROOT/namespaces/missing-here/register      | {'name':'x','metadata-location':'y'} | 404 NoSuchNamespaceException
        registerTable         | POST ROOT/namespaces/N/register            | {'name':'t','metadata-location':'y'} | 409 AlreadyExistsException
        registerTable         | POST ROOT/namespaces/N/register            | {'name':'x','metadata-location':'/etc/y'} | 400 BadRequestException
        loadTable             | GET ROOT/namespaces/N/tables/x             | - | 404 NoSuchTableException
        loadTable             | GET ROOT/namespaces/N/tables/v             | - | 404 NoSuchTableException
        loadTable             | GET ROOT/namespaces/N/tables/t?snapshots=x | - | 400 BadRequestException
        updateTable           | POST ROOT/namespaces/N/tables/x            | {'requirements':[],'updates':[]} | 404 NoSuchTableException
        updateTable           | POST ROOT/namespaces/N/tables/t            | {'requirements':[OTHER],'updates':[]} | 409 CommitFailedException
        updateTable           | POST ROOT/namespaces/N/tables/t            | {'requirements':[],'updates':[{'action':'x'}]} | 400 BadRequestException
        dropTable             | DELETE ROOT/namespaces/N/tables/x          | - | 404 NoSuchTableException
        dropTable             | DELETE ROOT/namespaces/N/tables/v          | - | 404 NoSuchTableException
        unregisterTable       | POST ROOT/namespaces/N/tables/x/unregister | - | 404 NoSuchTableException
        loadCredentials       | GET ROOT/namespaces/N/tables/x/credentials | - | 404 NoSuchTableException
        signRequest           | POST ROOT/namespaces/N/tables/t/sign       | {'region':'r','uri':'s3://a/b','method':'GET','headers':{}} | 400 BadRequestException
        renameTable           | POST ROOT/tables/rename                    | {'source':ID(N,x),'destination':ID(N,y)} | 404 NoSuchTableException
        renameTable           | POST ROOT/tables/rename                    | {'source':ID(N,t),'destination':ID(missing-here,y)} | 404 NoSuchNamespaceException
        renameTable           | POST ROOT/tables/rename                    | {'source':ID(N,t),'destination':ID(N,v)} | 409 AlreadyExistsException
        reportMetrics         | POST ROOT/namespaces/N/tables/t/metrics    | {} | 400 BadRequestException
        commitTransaction     | POST ROOT/transactions/commit              | {'table-changes':[{'identifier':ID(N,x),'requirements':[],'updates':[]}]} | 404 NoSuchTableException
        commitTransaction     | POST ROOT/transactions/commit              | {'table-changes':[{'identifier':ID(N,t),'requirements':[OTHER],'updates':[]}]} | 409 CommitFailedException
        commitTransaction     | POST ROOT/transactions/commit              | {'table-changes':[{'requirements':[],'updates':[]}]} | 400 BadRequestException
        listViews             | GET ROOT/namespaces/missing-here/views          | - | 404 NoSuchNamespaceException
        createView            | POST ROOT/namespaces/missing-here/views         | {'name':'x','schema':SCHEMA,'view-version':VERSION,'properties':{}} | 404 NoSuchNamespaceException
        createView            | POST ROOT/namespaces/N/views               | {'name':'v','schema':SCHEMA,'view-version':VERSION,'properties':{}} | 409 AlreadyExistsException
        createView            | POST ROOT/namespaces/N/views               | {'name':'t','schema':SCHEMA,'view-version':VERSION,'properties':{}} | 409 AlreadyExistsException
        createView            | POST ROOT/namespaces/N/views               | {'name':'x'} | 400 BadRequestException
        loadView              | GET ROOT/namespaces/N/views/t              | - | 404 NoSuchViewException
        replaceView           | POST ROOT/namespaces/N/views/x             | {'updates':[]} | 404 NoSuchViewException
        replaceView           | POST ROOT/namespaces/N/views/v             | {'requirements':[{'type':'assert-view-uuid','uuid':'x'}],'updates':[]} | 409 CommitFailedException
        dropView              | DELETE ROOT/namespaces/N/views/t           | - | 404 NoSuchViewException
        renameView            | POST ROOT/views/rename                     | {'source':ID(N,x),'destination':ID(N,y)} | 404 NoSuchViewException
        renameView            | POST ROOT/views/rename                     | {'source':ID(N,v),'destination':ID(missing-here,y)} | 404 NoSuchNamespaceException
        renameView            | POST ROOT/views/rename                     | {'source':ID(N,v),'destination':ID(N,t)} | 409 AlreadyExistsException
        registerView          | POST ROOT/namespaces/missing-here/register-view | {'name':'x','metadata-location':'y'} | 404 NoSuchNamespaceException
        registerView          | POST ROOT/namespaces/N/register-view       | {'name':'v','metadata-location':'y'} | 409 AlreadyExistsException
        """;

    private static final String OTHER = "{'type':'assert-table-uuid','uuid':'00000000-0000-0000-0000-000000000000'}";
    private static final String VERSION =
            "{'version-id':1,'timestamp-ms':1,'schema-id':0,'summary':{},'default-namespace':[],"
                    + "'representations':[{'type':'sql','sql':'select 1','dialect':'spark'}]}";

    @TestFactory
    List<DynamicTest> documentedErrors(CatalogClient client) {
        String namespace = Names.namespace(client);
        client.createTable(namespace, "t").expect(200);
        client.createView(namespace, "v").expect(200);
        List<DynamicTest> tests = new ArrayList<>();
        ERRORS.lines().forEach(line -> {
            String[] row = line.split(" +\\| ", -1);
            String[] request = row[1].trim().split(" ");
            String[] error = row[3].split(" ");
            String path = request[1].replace("ROOT", client.root()).replace("/N", "/" + namespace);
            tests.add(DynamicTest.dynamicTest(row[0].trim() + " " + row[3] + " " + row[2], () -> {
                String body = row[2].equals("-") ? "" : filled(row[2], namespace);
                Answer answer = client.http().send(request[0], path, body.getBytes(UTF_8));
                ErrorModel.check(answer, Integer.parseInt(error[0]), error[1]);
                assertThat(answer.json().at("/error/message").asText()).isNotBlank();
            }));
        });
        return tests;
    }

    private static String filled(String template, String namespace) {
        return template.replaceAll("ID\\(([\\w-]+),(\\w+)\\)", "{'namespace':['$1'],'name':'$2'}")
                .replace("'N'", "'" + namespace + "'")
                .replace("OTHER", OTHER)
                .replace("VERSION", VERSION)
                .replace("SCHEMA", CatalogClient.SCHEMA)
                .replace('\'', '"');
    }
}
