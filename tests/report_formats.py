"""Output formats, sorted by what they need: every install has ``LIGHT``, the extra ``report`` adds the HTML report."""

from importlib.util import find_spec

import pytest

from ftlint.report.formats import FORMATS

LIGHT = tuple(name for name in FORMATS if name != "html")
AVAILABLE = tuple(FORMATS) if find_spec("altair") and find_spec("jinja2") else LIGHT
EACH = [*LIGHT, pytest.param("html", marks=pytest.mark.slow)]
LIGHT_THEN_ALL = [
    pytest.param(LIGHT, id="light"),
    pytest.param(tuple(FORMATS), id="all", marks=pytest.mark.slow),
]
