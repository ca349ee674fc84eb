"""OSV's API on loopback, from an export, matched by ``packaging`` alone: the peers' database.

``python -m benchmarks.osv_stub EXPORT`` prints ``{"url": …}`` and serves until it is ended.
"""

import json
import sys
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from airlock.evidence.advisories.exports import open_export

BY_NAME: dict[str, list[dict[str, Any]]] = defaultdict(list)
BY_ID: dict[str, dict[str, Any]] = {}
LOWEST = Version("0.dev0")


def load(export: Path) -> None:
    """Read every record that is in force."""
    with open_export(export) as opened:
        for document in opened.documents:
            if document.name.endswith(".json"):
                record = json.loads(document.data)
            else:
                record = yaml.load(document.data, yaml.CBaseLoader)
            if "withdrawn" not in record:
                BY_ID[record["id"]] = record
                for affected in record["affected"]:
                    BY_NAME[canonicalize_name(affected["package"]["name"])].append(record)


def matches(name: str, version: str) -> list[dict[str, Any]]:
    """Return the records about a release, by OSV's own algorithm."""
    asked, project = Version(version), canonicalize_name(name)
    return [record for record in BY_NAME[project] if _is_about(record, project, asked)]


def _is_about(record: dict[str, Any], project: str, asked: Version) -> bool:
    return any(
        _is_listed(affected, asked) or any(_is_in(spread, asked) for spread in _spreads(affected))
        for affected in record["affected"]
        if canonicalize_name(affected["package"]["name"]) == project
    )


def _spreads(affected: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in affected.get("ranges") or () if one["type"] != "GIT"]


def _is_listed(affected: dict[str, Any], asked: Version) -> bool:
    return any(_version(text) == asked for text in affected.get("versions") or ())


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _is_in(spread: dict[str, Any], asked: Version) -> bool:
    placed = []
    for event in spread["events"]:
        for kind, text in event.items():
            place = LOWEST if (kind, text) == ("introduced", "0") else _version(text)
            if place is not None:
                placed.append((place, kind))
    inside = False
    for place, kind in sorted(placed, key=lambda one: one[0]):
        if kind == "introduced" and asked >= place:
            inside = True
        elif (kind == "fixed" and asked >= place) or (kind == "last_affected" and asked > place):
            inside = False
    return inside


class Osv(BaseHTTPRequestHandler):
    """The three questions of the API that the peers ask."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer for one record."""
        name = self.path.rpartition("/")[2]
        record = BY_ID.get(name, {} if name == "health" else None)
        self._answer(record or {}, 404 if record is None else 200)

    def do_POST(self) -> None:
        """Answer one query, or many."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "queries" in asked:
            found = [self._of(query) for query in asked["queries"]]
            brief = [
                {"vulns": [{"id": one["id"], "modified": one["modified"]} for one in records]}
                if records
                else {}
                for records in found
            ]
            self._answer({"results": brief})
        else:
            records = self._of(asked)
            self._answer({"vulns": records} if records else {})

    def _of(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        return matches(query["package"]["name"], query["version"])

    def _answer(self, document: Any, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    load(Path(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Osv)
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    server.serve_forever()
