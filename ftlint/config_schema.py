"""The JSON Schema of the configuration file, with every rule's own options: for editors, and for who checks it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ftlint.config import config_schema
from ftlint.rule import Rule

MAX_RATE = {
    "description": "findings by examples that are tolerated: told as notes",
    "type": "number",
    "minimum": 0,
    "maximum": 1,
}


def full_schema(rules: Mapping[str, type[Rule]]) -> dict[str, Any]:
    """The schema, with the options of these rules."""
    schema = config_schema()
    schema["title"] = "ftlint.toml"
    table = schema["$defs"]["Config"]["properties"]["rules"]
    # A rule may be named by its code or by its name.
    table["properties"] = {name: _options(rule) for rule in rules.values() for name in (rule.code, rule.name)}
    return schema


def _options(rule: type[Rule]) -> dict[str, Any]:
    (_, defined) = msgspec.json.schema_components([rule.Options])
    own = defined.get(rule.Options.__name__, {})
    properties = {name.replace("_", "-"): entry for name, entry in own.get("properties", {}).items()}
    return {
        "description": (rule.page().splitlines() or [""])[0],
        "type": "object",
        "properties": {**properties, "max-rate": MAX_RATE},
        "additionalProperties": False,
    }
