"""Write RESULTS.md and open.txt: ``python tests/clients/results.py``.

With the names of clients only these are run again; with ``--saved`` none is, after a change of differences.toml.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

from compare import OPEN, Difference, compared, reason_of, reasons, unused  # noqa: E402
from registry import CLIENTS, HOME  # noqa: E402

HEAD = """# What clients and ftlint say of the same rows

Written by `python tests/clients/results.py`. *Agree*: refused or silently changed by the client and named by ftlint, or
read whole by the client and no error of ftlint's. *Missed*: refused or changed by the client, clean for ftlint.
*Warned*: refused by the client, only a warning of ftlint's. *False*: read whole by the client, an error of ftlint's.
*Explained* differences have their reason in `differences.toml`; those that are open are listed in `open.txt`.

| client | version | target | rows | agree | missed | warned | false | explained | open |
|---|---|---|---|---|---|---|---|---|---|
"""


def versions(name: str) -> str:
    """The versions of the client's packages, as they are installed."""
    client = CLIENTS[name]
    code = (
        "import sys, importlib.metadata as m; print(', '.join(f'{p} {m.version(p)}' for p in sys.argv[1:]))"
    )
    return subprocess.run(
        [client.python, "-c", code, *client.packages], capture_output=True, text=True, check=True
    ).stdout.strip()


def table(found: Iterable[Difference], version: str) -> str:
    """One line of Markdown for each target of a client."""
    found = list(found)
    lines = ""
    for target in dict.fromkeys(difference.target for difference in found):
        mine = [difference for difference in found if difference.target == target]
        counts = Counter(difference.outcome for difference in mine)
        explained = sum(d.outcome != "agree" and reason_of(d) is not None for d in mine)
        still = len(mine) - counts["agree"] - explained
        cells = [mine[0].client, version, target, len(mine), *(counts[o] for o in OUTCOMES), explained, still]
        lines += f"| {' | '.join(map(str, cells))} |\n"
    return lines


OUTCOMES = ("agree", "missed", "warned", "false")


SAVED = HOME / "found"


def saved(name: str) -> list[Difference]:
    """What was found for a client in its last run."""
    read = json.loads((SAVED / f"{name}.json").read_text(encoding="utf-8"))
    return [Difference(**{**difference, "codes": tuple(difference["codes"])}) for difference in read]


def run(name: str) -> None:
    """Compare one client, and keep what is found beside its environment."""
    SAVED.mkdir(parents=True, exist_ok=True)
    found = json.dumps([asdict(difference) for difference in compared(name)], indent=1)
    (SAVED / f"{name}.json").write_text(found, encoding="utf-8")


def main(names: list[str]) -> None:
    """Compare the clients named, or all that are installed; ``--saved`` only writes the page again.

    Printed is what differences.toml holds without need.
    """
    if names != ["--saved"]:
        for name in names or [name for name, client in CLIENTS.items() if client.installed]:
            run(name)
    page, still, needless = HEAD, [], []
    for name in CLIENTS:
        if (SAVED / f"{name}.json").exists():
            found = saved(name)
            page += table(found, versions(name))
            still += [d.line for d in found if d.outcome != "agree" and reason_of(d) is None]
            needless += [
                f"no difference needs: {code} ({entry.get('holds') or entry.get('rows')})"
                for entry in reasons()
                if name in entry.get("clients", ())
                for code in unused(entry, name, found)
            ]
        else:
            page += "".join(line for line in _lines(PAGE) if line.startswith(f"| {name} |"))
            still += [line.rstrip("\n") for line in _lines(OPEN) if line.startswith(f"{name} |")]
    PAGE.write_text(page, encoding="utf-8")
    OPEN.write_text("".join(f"{line}\n" for line in sorted(still)), encoding="utf-8")
    print(*needless, sep="\n")


PAGE = HERE / "RESULTS.md"


def _lines(file: Path) -> list[str]:
    # Of a client that has not been run here, the last results are kept.
    return file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []


if __name__ == "__main__":
    main(sys.argv[1:])
