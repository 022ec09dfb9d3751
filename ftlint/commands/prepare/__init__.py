"""``ftlint prepare``: look at a file, mend what people agree to, convert, divide and write it, with a manifest."""

from ftlint.commands.prepare.manifest import Manifest, read_manifest
from ftlint.commands.prepare.options import Intent, Where
from ftlint.commands.prepare.proposals import Remedy
from ftlint.commands.prepare.result import Answers, Prepared, Talk
from ftlint.commands.prepare.run import prepare_file
from ftlint.commands.prepare.summary import Outlook

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
