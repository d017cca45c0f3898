"""The API describes itself completely: the pages' types are made from it."""

from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from matinee.web.site import site

# What answers with bytes, a stream, or nothing at all.
WITHOUT_A_MODEL = {
    ("GET", "/api/images"),
    ("GET", "/api/files/{file_id}/stream"),
    ("GET", "/api/events"),
    ("GET", "/api/metrics"),
    ("POST", "/api/logout"),
    ("DELETE", "/api/keys/{key_id}"),
    ("POST", "/api/journeys/{journey_id}/pick"),
    ("DELETE", "/api/profiles/{profile_id}"),
    ("DELETE", "/api/formats/{format_id}"),
    ("DELETE", "/api/requests/{request_id}"),
    ("PUT", "/api/watch/{file_id}/progress"),
    ("GET", "/api/indexers/search"),
    ("POST", "/api/indexers/grab"),
    ("DELETE", "/api/indexers/{indexer_id}"),
    ("DELETE", "/api/proxies/{proxy_id}"),
    ("DELETE", "/api/apps/{app_id}"),
}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return site().openapi()


def operations(description: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): told for path, found in description["paths"].items() for method, told in found.items()
    }


def test_every_route_of_the_api_is_described(description: dict[str, Any]) -> None:
    routes = {
        (method, told.path)
        for told in iter_route_contexts(site().routes)
        if isinstance(told.original_route, APIRoute) and told.original_route.include_in_schema
        for method in told.methods or ()
    }
    assert set(operations(description)) == routes


def test_every_answer_has_a_model_or_is_on_the_written_list(description: dict[str, Any]) -> None:
    without = set()
    for place, told in operations(description).items():
        content = next(answer.get("content", {}) for status, answer in told["responses"].items() if status[0] == "2")
        if not content.get("application/json", {}).get("schema"):
            without.add(place)
    assert without == WITHOUT_A_MODEL


def test_every_operation_is_named_once_and_told_in_a_sentence(description: dict[str, Any]) -> None:
    found = operations(description)
    assert len({told["operationId"] for told in found.values()}) == len(found)
    assert all(told["description"].endswith(".") for told in found.values())


def test_every_refusal_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for place, told in operations(description).items():
        schema = told["responses"]["4XX"]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}, place


def test_what_comes_in_may_hold_nothing_unknown(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    for place, told in operations(description).items():
        body = told.get("requestBody")
        if body:
            name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert schemas[name]["additionalProperties"] is False, place
