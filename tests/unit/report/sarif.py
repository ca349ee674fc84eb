"""What SARIF 2.1.0 requires of the objects that Airlock writes: types and properties.

The published schema closes every one of these objects: a property that is not listed in it makes a
document invalid, so that a misspelt one does not pass here either. Sections are those of the OASIS
standard.
"""

import json
from typing import Any

import jsonschema

TEXT = {"type": "string", "minLength": 1}
MESSAGE = {  # 3.11
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": TEXT, "markdown": TEXT, "id": TEXT},
}
ARTIFACT = {  # 3.4
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "uri": {"type": "string", "format": "uri-reference", "minLength": 1},
        "uriBaseId": TEXT,
        "description": MESSAGE,
    },
}
REGION = {  # 3.30
    "type": "object",
    "additionalProperties": False,
    "properties": {"startLine": {"type": "integer", "minimum": 1}},
}
LOCATION = {  # 3.28, 3.29
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "additionalProperties": False,
            "properties": {"artifactLocation": ARTIFACT, "region": REGION},
        }
    },
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RESULT = {  # 3.27
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "level", "locations", "partialFingerprints"],
    "additionalProperties": False,
    "properties": {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1},
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "properties": {"type": "object"},
        "suppressions": {
            "type": "array",
            "items": {  # 3.35
                "type": "object",
                "required": ["kind"],
                "additionalProperties": False,
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "justification": TEXT,
                },
            },
        },
    },
}
RULE = {  # 3.49
    "type": "object",
    "required": ["id", "shortDescription", "help", "properties"],
    "additionalProperties": False,
    "properties": {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "helpUri": {"type": "string", "format": "uri", "pattern": "^https?://"},
        "properties": {
            "type": "object",
            "properties": {
                "tags": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
                # Of code hosts: a number in a string.
                "security-severity": {"type": "string", "pattern": r"^(10|[0-9])\.[0-9]$"},
            },
        },
    },
}
INVOCATION = {  # 3.20
    "type": "object",
    "required": ["executionSuccessful"],
    "additionalProperties": False,
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message"],
                "additionalProperties": False,
                "properties": {"level": LEVEL, "message": MESSAGE},
            },
        },
    },
}
RUN = {  # 3.14
    "type": "object",
    "required": ["tool", "results", "invocations"],
    "additionalProperties": False,
    "properties": {
        "tool": {
            "type": "object",
            "required": ["driver"],
            "additionalProperties": False,
            "properties": {
                "driver": {
                    "type": "object",
                    "required": ["name", "rules"],
                    "additionalProperties": False,
                    "properties": {
                        "name": TEXT,
                        "version": TEXT,
                        "semanticVersion": TEXT,
                        "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                    },
                }
            },
        },
        "invocations": {"type": "array", "items": INVOCATION},
        "originalUriBaseIds": {"type": "object", "additionalProperties": ARTIFACT},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
}
SCHEMA: dict[str, Any] = {  # 3.13
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN, "minItems": 1, "maxItems": 1},
    },
}
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def run_of(text: str) -> dict[str, Any]:
    """Return the run of a SARIF document, having held it against the standard."""
    document: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(document)
    run: dict[str, Any] = document["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def places(run: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return rule, file and line of every result."""
    return [
        (
            result["ruleId"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for result in run["results"]
    ]
