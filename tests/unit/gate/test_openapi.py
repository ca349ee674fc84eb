"""The OpenAPI document is held against the routes: none is missing, none is made up."""

import inspect
import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from airlock.assembly.serving import signed_gate
from airlock.gate.index.openapi import openapi
from airlock.gate.index.signed import SignedIndex
from airlock.gate.settings import GateSettings
from tests.simulators.trusting import Clock, begun, today

_SERVES_JSON = re.compile(r"JSONResponse|wants_json|application/json")
PAGES = "airlock.web."
# Under its other spelling; the client is sent on.
SENT_ON = {"/simple", "/simple/{project}", "/packages/{sha256}/{filename}"}
SAME = {"/legacy": "/legacy/"}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[Route]:
    """Every route that a gate can have: it signs, and takes uploads."""
    folder = tmp_path_factory.mktemp("routes")
    trust, _ = begun(folder, Clock(today()))
    settings = GateSettings(
        data_folder=folder / "data",
        trust_folder=trust.folder,
        oidc_audience="airlock",
        second_required=False,
    )
    app, _ = signed_gate(settings)
    assert isinstance(app, SignedIndex)
    within = app._app  # noqa: SLF001 - the application within
    assert isinstance(within, Starlette)
    return list(_flat(within.routes))


def _flat(routes: object) -> Iterator[Route]:
    assert isinstance(routes, list)
    for route in routes:
        if isinstance(route, Route):
            yield route
        else:
            yield from _flat(route.routes)


def _path(route: Route) -> str:
    path = re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path)
    return SAME.get(path, path)


def _for_machines(route: Route) -> bool:
    """Tell whether somebody may get JSON: pages do, only where their endpoint says so."""
    if not route.endpoint.__module__.startswith(PAGES):
        return _path(route) not in SENT_ON
    return bool(_SERVES_JSON.search(inspect.getsource(route.endpoint)))


def test_every_route_for_machines_is_described(routes: list[Route]) -> None:
    described = openapi()["paths"]
    asked = {
        (_path(route), method.lower())
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
        if _for_machines(route)
    }
    assert ("/api/signed/{project}", "post") in asked
    missing = sorted(pair for pair in asked if pair[1] not in described.get(pair[0], {}))
    assert missing == []


def test_nothing_is_described_that_is_not_there(routes: list[Route]) -> None:
    there = {
        (_path(route), method.lower()) for route in routes for method in route.methods or set()
    }
    told = {(path, method) for path, methods in openapi()["paths"].items() for method in methods}
    assert sorted(told - there) == []


def test_parameters_are_those_of_the_path() -> None:
    for path, methods in openapi()["paths"].items():
        wanted = set(re.findall(r"\{(\w+)\}", path))
        for operation in methods.values():
            listed = [one for one in operation.get("parameters", []) if one["in"] == "path"]
            assert {one["name"] for one in listed} == wanted, path
