"""The published schema of the JSON report."""

import json
from pathlib import Path
from typing import Any

import jsonschema

PATH = Path(__file__).parents[3] / "docs/reference/scan.schema.json"
SCHEMA: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def conforming(text: str) -> dict[str, Any]:
    """Return the document that a report is, having held it against the schema."""
    document: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(document)
    return document
