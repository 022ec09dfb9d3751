"""Judge: the check of a file that Together's package runs before an upload.

Version 3 looks at lines and JSON only, and leaves the rest to the service; the last version that checks records
itself is judged in an environment of its own (``together-records``).
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from verdict import Refused, all_texts, run

try:
    from together.lib.utils.files import check_file
except ImportError:
    from together.utils.files import check_file

FILE = Path(tempfile.mkdtemp()) / "row.jsonl"


def judge(target: str, row: Any) -> str:
    """The file, once it has passed."""
    FILE.write_text(json.dumps(row) + "\n", encoding="utf-8")
    report = check_file(FILE)
    if not report["is_check_passed"]:
        raise Refused(str(report["message"]))
    return all_texts(row)


run(judge)
