"""What programs find without asking: the index, the page of the description, its examples; CORS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from jsonschema import Draft7Validator

PAGE = "https://films.example"


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/schema/", {"format": "json"}).json()
    return found


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def bodies(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "requestBody" in operation:
        yield "request", operation["requestBody"]["content"]["application/json"]
    for code, answer in operation["responses"].items():
        # What every operation may answer has one example, at 400.
        if "content" in answer and (code < "300" or code == "400"):
            yield code, answer["content"]["application/json"]


def plain(part: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type."""
    if isinstance(part, list):
        return [plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: plain(value) for name, value in part.items()}
    return {"anyOf": [found, {"type": "null"}]} if found.pop("nullable", False) else found


def test_every_body_and_parameter_has_an_example_that_its_description_allows(
    schema: dict[str, Any],
) -> None:
    components = plain(schema["components"])
    for name, operation in operations(schema):
        for what, body in bodies(operation):
            if what == "400":
                continue
            examples = body.get("examples", {})
            assert examples, f"{name}: no example of {what}"
            rules = plain(body["schema"]) | {"components": components}
            for example in examples.values():
                found = Draft7Validator(rules).iter_errors(example["value"])
                errors = [one.message for one in found]
                assert not errors, f"{name}, {what}: {errors}"
        for parameter in operation.get("parameters", []):
            if parameter.get("required") or parameter["name"] == "search":
                assert parameter.get("examples"), f"{name}: no example of {parameter['name']}"


def test_the_requests_of_the_examples_are_accepted(
    schema: dict[str, Any], sample_model: object, client: Client
) -> None:
    for path, status in (("recommendations", 200), ("surveys", 201), ("reports", 201)):
        body = schema["paths"][f"/api/{path}/"]["post"]["requestBody"]["content"]
        (example,) = body["application/json"]["examples"].values()
        answer = client.post(f"/api/{path}/", example["value"], content_type="application/json")
        assert answer.status_code == status, answer.content


def test_the_index_leads_to_addresses_that_exist(
    schema: dict[str, Any], sample_model: object, client: Client
) -> None:
    index = client.get("/api/").json()
    found = {**index["operations"], "docs": index["documentation"], "schema": index["schema"]}
    assert {f"/api/{name}/" for name in index["operations"]} == {
        path for path in schema["paths"] if "{" not in path and path != "/api/"
    }
    for address in found.values():
        assert client.get(address).status_code in (200, 401, 405), address


def test_the_page_of_the_description_loads_only_our_own_files_under_the_strict_policy(
    db: None, client: Client
) -> None:
    answer = client.get("/api/docs/")
    text = answer.content.decode()
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', text)
    assert any("swagger-ui-bundle" in name for name in files)
    assert all(finders.find(name) for name in files)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert "data:" not in client.get("/about/")["Content-Security-Policy"]


# --- pages of other sites ---


def preflight(client: Client, path: str) -> Any:
    asked = {"origin": PAGE, "access-control-request-method": "POST"}
    return client.options(path, headers=asked)


@pytest.mark.parametrize("path", ["/api/recommendations/", "/api/movies/"])
def test_pages_of_other_sites_may_not_read_the_api_unless_they_are_named(
    path: str, client: Client, settings: Any
) -> None:
    assert "Access-Control-Allow-Origin" not in preflight(client, path)
    settings.CORS_ALLOWED_ORIGINS = [PAGE]
    answer = preflight(client, path)
    assert answer["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Credentials" not in answer
    other = client.get("/api/", headers={"origin": "https://others.example"})
    assert "Access-Control-Allow-Origin" not in other


def test_no_page_but_the_api_is_open_to_them(db: None, client: Client, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [PAGE]
    answer = client.get("/api/", headers={"origin": PAGE})
    assert answer["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Origin" not in client.get("/about/", headers={"origin": PAGE})
