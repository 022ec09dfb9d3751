"""``ftlint prepare``: look at a file, mend what people agree to, convert, divide and write it, with a manifest."""

from ftlint.preparing.intent import Intent, Where
from ftlint.preparing.manifest import Manifest, read_manifest
from ftlint.preparing.outlook import Outlook
from ftlint.preparing.prepare import prepare_file
from ftlint.preparing.prepared import Answers, Prepared, Talk
from ftlint.preparing.remedy import Remedy

__all__ = [
    "Answers",
    "Intent",
    "Manifest",
    "Outlook",
    "Prepared",
    "Remedy",
    "Talk",
    "Where",
    "prepare_file",
    "read_manifest",
]
