"""Steers what schemathesis sends: most requests to names that exist, bodies that get further than the first check.

Every choice follows from the request itself, so that a seed gives the same requests again."""

import atexit
import collections
import copy
import os
import random

import schemathesis

import contents
import corrections

catalog = contents.Contents(os.environ["FIRN_URI"], os.environ["FIRN_FUZZ_CREDENTIAL"])

answers = collections.defaultdict(collections.Counter)

TYPES = (
    "boolean int long float double decimal(9,2) date time timestamp timestamptz timestamp_ns string uuid fixed[4] binary variant "
    "geometry geography unknown"
).split()
TRANSFORMS = "identity year month day hour bucket[4] truncate[3] void bucket[-1] truncate[0] nonsense".split()


@schemathesis.serializer("application/vnd.sqlite3")
def database(context, value):
    """What the server takes for a copy of its state; none of these is one."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    corrections.correct(raw_schema)


@schemathesis.hook
def before_call(context, case, kwargs):
    choice = random.Random(f"{case.method} {case.path} {case.path_parameters!r} {case.query!r} {case.body!r}")
    case.path_parameters.update(existing(case.path_parameters, choice))
    if case.path.endswith("/oauth/tokens") and choice.random() < 0.3:
        case.body = dict(contents.CLIENT)
    elif isinstance(case.body, (dict, list)) and choice.random() < 0.7:
        plausible(case.body, choice)
    if catalog.token and choice.random() < 0.9:
        case.headers["Authorization"] = f"Bearer {catalog.token}"


def existing(parameters, choice):
    """Names that exist in place of most of the random ones."""
    known = {
        "prefix": [catalog.prefix],
        "namespace": [chr(0x1F).join(levels) for levels in contents.NAMESPACES],
        "table": contents.TABLES,
        "view": contents.VIEWS,
        "plan-id": catalog.plans,
    }
    chosen = {
        name: choice.choice(known[name])
        for name in parameters
        if name in known and choice.random() < (0.98 if name == "prefix" else 0.85)
    }
    if "plan-id" in chosen and choice.random() < 0.8:
        chosen.update(namespace="fuzz", table="table")
    return chosen


def plausible(body, choice):
    """Changes a body in place where random text would always fail at once: types, transforms, ids of columns, identifiers."""
    if isinstance(body, list):
        for value in body:
            plausible(value, choice)
        return
    if not isinstance(body, dict):
        return
    for key, value in list(body.items()):
        if key == "type" and "required" in body and isinstance(value, str):
            body[key] = choice.choice(TYPES)
        elif key == "transform" and isinstance(value, str):
            body[key] = choice.choice(TRANSFORMS)
        elif key in ("source-id", "last-column-id", "schema-id", "spec-id", "sort-order-id") and isinstance(value, int):
            body[key] = choice.choice((value, -1, 0, 1, 2, 3))
        elif key in contents.GOOD and choice.random() < 0.6:
            body[key] = copy.deepcopy(choice.choice(contents.GOOD[key]))
        elif key == "requirements" and isinstance(value, list) and choice.random() < 0.8:
            body[key] = []
        elif key == "identifier" and isinstance(value, dict):
            body[key] = identifier(choice, contents.TABLES)
        elif key == "source" and isinstance(value, dict):
            body[key] = identifier(choice, contents.TABLES + contents.VIEWS)
        elif key == "destination" and isinstance(value, dict) and choice.random() < 0.7:
            body[key] = identifier(choice, [f"moved {choice.randrange(1000)}"])
        elif key == "metadata-location" and isinstance(value, str):
            body[key] = choice.choice(catalog.locations)
        elif key == "location" and isinstance(value, str) and choice.random() < 0.9:
            del body[key]
        else:
            plausible(value, choice)


def identifier(choice, names):
    return {"namespace": list(choice.choice(contents.NAMESPACES)), "name": choice.choice(names)}


@schemathesis.hook
def after_call(context, case, response):
    if case.method == case.operation.method.upper():
        answers[case.operation.label][response.status_code] += 1
    destroys = case.method == "DELETE" or case.path.endswith(("/rename", "/unregister", "/commit"))
    if destroys and 200 <= response.status_code < 300:
        catalog.restore()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    return not (type(failure).__name__ == "UndefinedStatusCode" and corrections.is_excused(case, response))


@atexit.register
def say_what_was_answered():
    """How far the requests have come: an operation that never succeeds is hardly tested."""
    print("Answers:")
    for operation, statuses in sorted(answers.items()):
        print(f"  {operation:85}", "  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
