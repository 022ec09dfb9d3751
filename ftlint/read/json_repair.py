"""Two texts that are not JSON but can be read without a guess: a comma too many, and Python's way to show a dict."""

import ast
import json
import re
import warnings
from typing import Any

from ftlint.read.json_fault import STRING, Broken

LONGEST = 4 << 20
DEEPEST = 100
PYTHON_ONLY = ("'", "None", "True", "False")
OUTSIDE_STRINGS = re.compile(rf"({STRING})|,(?=\s*(?:[}}\]]|$))")
PYTHON_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")


def repaired(broken: Broken) -> str | None:
    """The JSON object that the text was meant to be, or None where that would be a guess."""
    if len(broken.text) > LONGEST:
        return None
    # What JSON stumbles over first tells which of the two it can be; trying both on every line takes long.
    if broken.before.endswith(",") or broken.rest.startswith(","):
        return _without_spare_commas(broken.text)
    if broken.rest.startswith(PYTHON_ONLY) or "escape" in broken.msg:
        return _from_python(broken.text)
    return None


def _without_spare_commas(text: str) -> str | None:
    shorter = OUTSIDE_STRINGS.sub(lambda found: found[1] or "", text)
    return shorter.strip() if shorter != text and _is_object(shorter) else None


def _from_python(text: str) -> str | None:
    skeleton = PYTHON_STRING.sub("\0", text.strip())
    # Strings with a prefix or side by side are Python source, not what Python shows for a dict.
    if not skeleton.startswith("{") or re.search("\\w\0|\0\\s*\0", skeleton) or _depth(skeleton) > DEEPEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
            value = None if _has_twins(tree) else ast.literal_eval(tree)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    if not isinstance(value, dict) or not _is_plain(value):
        return None
    try:
        made = json.dumps(value, ensure_ascii=False, allow_nan=False)
        made.encode("utf-8")
    except (ValueError, TypeError, RecursionError):
        return None
    return made if _is_object(made) else None


def _is_object(text: str) -> bool:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _has_twins(tree: ast.Expression) -> bool:
    """Whether a key stands twice in one dict; one of its values would be lost."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            if len(set(keys)) != len(keys):
                return True
    return False


def _depth(skeleton: str) -> int:
    """The deepest nesting of brackets outside strings, so that Python's parser is not sent too deep."""
    depth = deepest = 0
    for bracket in re.findall(r"[(\[{)\]}]", skeleton):
        depth += 1 if bracket in "([{" else -1
        deepest = max(deepest, depth)
    return deepest


def _is_plain(value: Any) -> bool:
    """Only what JSON has: a tuple, a set or bytes would silently become something else."""
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | bool | int | float)
