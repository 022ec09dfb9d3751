"""The files of the contract: fixtures that it covers, and where it is written down."""

from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "fixtures"
GOLDEN = Path(__file__).parent / "contract"


def fixture_names() -> list[str]:
    """Every data file under ``fixtures``."""
    return sorted(
        path.relative_to(FIXTURES).as_posix()
        for path in FIXTURES.rglob("*")
        if path.is_file()
        and not path.name.endswith(".report.json")
        and "plugin" not in path.relative_to(FIXTURES).parts
    )
