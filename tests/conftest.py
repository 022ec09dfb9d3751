"""What pytest is told for all tests: ``--update-fixtures`` writes the expected reports anew."""

import os

import pytest
from hypothesis import settings

# No test is a stopwatch: a busy machine must not fail one.
settings.register_profile("ftlint", deadline=None)
settings.load_profile("ftlint")
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
