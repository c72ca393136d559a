"""Every route of the API, called as its own schema says and as it does not, about things that are there and things that are not: it never fails,
and what it answers is of its schema.
"""

import re
from collections import Counter
from contextlib import contextmanager

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from coalition.access.viewer import as_viewer
from coalition.api.actions import make_token

pytestmark = pytest.mark.django_db
EXAMPLES = 3
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@contextmanager
def one_connection():
    """As within Django's own client: a request in a test does not close the test's connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def known(client, headers, paths) -> dict[str, list[str]]:
    """What each list of the API gives: by its address, the names by which its things are asked for."""
    found = {}
    for path in paths:
        answer = client.get(path, headers=headers)
        rows = answer.json().get("results", []) if answer.status_code == 200 and answer["content-type"] == "application/json" else []
        found[path] = [str(row.get("reference") or row.get("id") or "") for row in rows if isinstance(row, dict)]
    return found


@pytest.mark.parametrize("who", ["aurelia", "analyst", "bazaar"])
def test_no_call_makes_it_fail_and_every_answer_is_of_its_schema(who, request, client):
    viewer = request.getfixturevalue(who)
    with as_viewer(viewer):
        _token, secret = make_token(name="schema", days=3, by=viewer)
    headers = {"Authorization": f"Bearer {secret}"}
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", WSGIHandler())
    operations = [found.ok() for found in schema.get_all_operations()]
    there = known(client, headers, sorted({one.path for one in operations if one.method == "get" and "{" not in one.path}))
    answers: Counter[int] = Counter()
    with one_connection():
        for operation in operations:
            names = there.get(re.sub(r"\{.*", "", operation.path), [])
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _called(operation, mode, names, headers, answers)
    assert answers[200] > 50
    assert {400, 404} <= set(answers)


def _called(operation, mode, names, headers, answers):
    """Call one operation a few times, three in four about something that is there; each answer is counted and checked."""

    @settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.explicit, Phase.generate], database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), place=st.integers(0, 3))
    def call(case, place):
        for name in {"reference", "id"} & set(case.path_parameters or {}) if names and place else ():
            case.path_parameters[name] = names[place % len(names)]
        response = case.call(headers=headers)
        answers[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    call()
