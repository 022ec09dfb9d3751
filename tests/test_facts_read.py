"""A fact that no code reads is no fact: each is read by a rule or a command, or it is a part of the target's schema."""

import re
from pathlib import Path

from ftlint.targets.facts import CHOICES, KNOWN_FACTS
from ftlint.targets.target import load_target, target_names

ROOT = Path(__file__).parent.parent
LISTED = ROOT / "ftlint" / "targets" / "facts.py"
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for folder in ("ftlint", "rules")
    for path in (ROOT / folder).rglob("*.py")
    if path != LISTED
}
# The schema that S006 and convert read says the same; test_misfit.py and this file compare them.
IN_SCHEMAS = {"record_fields", "message_fields", "video_types"}


def readers(fact: str) -> list[str]:
    """The modules that name a fact."""
    return [name for name, text in SOURCES.items() if re.search(rf"""["']{fact}["']""", text)]


def test_every_fact_is_read() -> None:
    assert [fact for fact in KNOWN_FACTS if fact not in IN_SCHEMAS and not readers(fact)] == []


def test_every_choice_belongs_to_a_fact() -> None:
    assert set(CHOICES) <= set(KNOWN_FACTS)


def test_the_videos_of_a_schema_are_those_of_the_facts() -> None:
    for name in target_names():
        types = load_target(name).value("video_types")
        if types is not None:
            schema = (ROOT / "rules" / "schemas" / f"{name}.json").read_text(encoding="utf-8")
            assert all(f'"{kind}"' in schema for kind in types)  # type: ignore[attr-defined]
