package dev.firn.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Filters in every form of the specification ("Predicate"). It has two ways to write one, {@code term} and {@code value}, deprecated, and {@code left}, {@code right}
 * and {@code child} with value expressions; iceberg-core's parser reads only the first. The second is put into its words here; what is in neither form is left for
 * that parser to refuse.
 */
final class Filters {
    private static final String TYPE = "type";
    private static final String TERM = "term";
    private static final String VALUE = "value";
    private static final String VALUES = "values";
    private static final String LEFT = "left";
    private static final String RIGHT = "right";
    private static final String CHILD = "child";

    private static final Set<String> UNARY = Set.of("is-null", "not-null", "is-nan", "not-nan");
    private static final Set<String> SET = Set.of("in", "not-in");
    /** What a comparison becomes when its sides change places. */
    private static final Map<String, String> MIRRORED =
            Map.of("lt", "gt", "lt-eq", "gt-eq", "gt", "lt", "gt-eq", "lt-eq", "eq", "eq", "not-eq", "not-eq");

    private Filters() {}

    /** Rewrites the filter of a request to plan a scan, in place. Throws {@link BadRequestException} if it cannot be planned with. */
    static void rewrite(ObjectNode request) {
        JsonNode filter = request.get("filter");
        if (filter == null) {
            return;
        }
        if (filter.isNull()) {
            request.remove("filter");
        } else {
            request.set("filter", predicate(filter));
        }
    }

    private static JsonNode predicate(JsonNode node) {
        if (!(node instanceof ObjectNode predicate)) {
            return node;
        }
        String type = predicate.path(TYPE).asText();
        switch (type) {
            case "true" -> {
                return BooleanNode.TRUE;
            }
            case "false" -> {
                return BooleanNode.FALSE;
            }
            case "and", "or" -> {
                replace(predicate, LEFT, predicate(predicate.path(LEFT)));
                replace(predicate, RIGHT, predicate(predicate.path(RIGHT)));
                return predicate;
            }
            case "not" -> {
                replace(predicate, CHILD, predicate(predicate.path(CHILD)));
                return predicate;
            }
            default -> {
                return leaf(type, predicate);
            }
        }
    }

    private static void replace(ObjectNode object, String field, JsonNode value) {
        if (object.has(field)) {
            object.set(field, value);
        }
    }

    private static ObjectNode leaf(String type, ObjectNode predicate) {
        ObjectNode leaf = predicate.deepCopy();
        if (predicate.has(CHILD) && (UNARY.contains(type) || SET.contains(type))) {
            leaf.remove(CHILD);
            leaf.set(TERM, term(predicate.get(CHILD)));
        } else if (predicate.has(LEFT) && predicate.has(RIGHT)) {
            compare(type, predicate, leaf);
        } else if (predicate.path(TERM).isObject()) {
            leaf.set(TERM, term(predicate.get(TERM)));
        }
        if (SET.contains(type)) {
            replace(leaf, VALUES, literals(leaf.path(VALUES)));
        }
        return leaf;
    }

    private static void compare(String type, ObjectNode predicate, ObjectNode leaf) {
        JsonNode left = predicate.get(LEFT);
        JsonNode right = predicate.get(RIGHT);
        if (isLiteral(left) == isLiteral(right) || (isLiteral(left) && !MIRRORED.containsKey(type))) {
            throw new BadRequestException("Only a field can be compared, and only to a value: %s", predicate);
        }
        leaf.remove(LEFT);
        leaf.remove(RIGHT);
        if (isLiteral(left)) {
            leaf.put(TYPE, MIRRORED.get(type));
        }
        leaf.set(TERM, term(isLiteral(left) ? right : left));
        leaf.set(VALUE, literal(isLiteral(left) ? left : right));
    }

    private static boolean isLiteral(JsonNode node) {
        return node.isValueNode() || node.path(TYPE).asText().equals("literal");
    }

    /** The value of a literal. Its type need not be told: the value is read as the type of the field that it is compared to. */
    private static JsonNode literal(JsonNode node) {
        return node.isObject() && isLiteral(node) && node.has(VALUE) ? node.get(VALUE) : node;
    }

    private static JsonNode literals(JsonNode node) {
        JsonNode list = node.path(TYPE).asText().equals("literals") && node.has(VALUES) ? node.get(VALUES) : node;
        if (!list.isArray()) {
            return list;
        }
        ArrayNode values = JsonNodeFactory.instance.arrayNode();
        list.forEach(value -> values.add(literal(value)));
        return values;
    }

    private static JsonNode term(JsonNode node) {
        switch (node.path(TYPE).asText()) {
            case "reference" -> {
                return reference(node);
            }
            case "apply" -> {
                return transform(node);
            }
            default -> {
                return node;
            }
        }
    }

    private static JsonNode reference(JsonNode node) {
        if (node.path("name").isTextual()) {
            return node.get("name");
        }
        if (node.has("id")) {
            throw new BadRequestException("A filter names its fields, their numbers are not known here: %s", node);
        }
        return node;
    }

    /** A function of one field, which has to be one of the transforms of partition specs. */
    private static ObjectNode transform(JsonNode node) {
        JsonNode field = null;
        JsonNode parameter = null;
        for (JsonNode argument : node.path("arguments")) {
            if (isLiteral(argument)) {
                parameter = literal(argument);
            } else {
                field = term(argument);
            }
        }
        if (field == null || !field.isTextual() || node.path("arguments").size() > 2) {
            throw new BadRequestException("Only functions of one field can be planned with: %s", node);
        }
        String function = name(node.path("function"));
        ObjectNode transform = JsonNodeFactory.instance.objectNode();
        transform.put(TYPE, "transform");
        transform.put("transform", parameter == null ? function : function + "[" + parameter.asText() + "]");
        transform.set(TERM, field);
        return transform;
    }

    /** The last part of a function's identifier. */
    private static String name(JsonNode function) {
        JsonNode identifier = function.isObject() ? function.path("identifier") : function;
        return identifier.isArray() && !identifier.isEmpty()
                ? identifier.get(identifier.size() - 1).asText()
                : identifier.asText();
    }
}
