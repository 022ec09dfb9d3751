"""What a manifest says of the file that parts were made of."""

from typing import Any

from ftlint.in_parts.checking import Whole, hash_whole
from ftlint.read import Source
from ftlint.workers import Workers


def about_source(source: Source, workers: Workers) -> dict[str, Any]:
    """Its name, size and SHA-256; of a file elsewhere the version instead, so that it is not fetched again."""
    if source.remote is not None:
        return {"name": source.name, "bytes": source.remote.size, "version": source.remote.version}
    ((_, done),) = workers.each(hash_whole, [Whole(source)])
    return {"name": source.name, "bytes": source.size, "sha256": done.told.decode()}
