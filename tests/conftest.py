"""What holds for all tests: how many examples are drawn, no cache, and ``--update-fixtures``.

Property tests draw a tenth of their examples by default, a third of them with ``--hypothesis-profile ci``, and ten
times as many with ``--hypothesis-profile thorough``. Their own numbers go through ``some`` in ``examples.py``.
"""

import os

import pytest
from hypothesis import settings

# No test is a stopwatch: a busy machine must not fail one.
settings.register_profile("quick", deadline=None, max_examples=10)
settings.register_profile("ci", deadline=None, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("quick")
# Each worker of xdist has a core; threads of polars beside it only wait for each other.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
# A test sees what ftlint finds, not what it found some time ago; the cache's own tests say otherwise.
os.environ["FTLINT_NO_CACHE"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-fixtures",
        action="store_true",
        help="write what ftlint says now as the expected report beside each fixture",
    )


@pytest.fixture
def update_fixtures(request: pytest.FixtureRequest) -> bool:
    """Whether expected reports are to be written anew."""
    return bool(request.config.getoption("--update-fixtures"))
