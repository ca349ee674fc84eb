"""An issuer of people that was taken over leads a gate, and its secret, nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock.errors import UpstreamUnavailable
from airlock.gate.access.sign_in import SignIn
from airlock.gate.access.single_sign_on import Client, SingleSignOn
from airlock.store import open_records
from tests.simulators.issuer import Issuer
from tests.unit.examples import NOW


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as started:
        yield started


@pytest.mark.parametrize(
    "place",
    [
        "http://10.0.0.7/token",
        "http://ledger.internal/token",
        "http://127.0.0\N{IDEOGRAPHIC FULL STOP}1/token",
        "http://[::1/token",
        "javascript:alert(1)",
        "//keys.example/token",
    ],
)
def test_no_address_within_the_network_is_asked_or_led_to(
    issuer: Issuer, tmp_path: Path, place: str
) -> None:
    issuer.document = {}
    with open_records(f"sqlite:///{tmp_path}/a.db") as records:
        client = Client(issuer.url, "airlock", "the secret", creates=False)
        people = SingleSignOn(client, records, SignIn(records, lambda: NOW), lambda: NOW)
        assert people.begin("https://gate.example/back", "/").address.startswith(issuer.url)
        issuer.document = {"authorization_endpoint": place, "token_endpoint": place}
        with pytest.raises(UpstreamUnavailable, match="where to sign in"):
            people.begin("https://gate.example/back", "/")
