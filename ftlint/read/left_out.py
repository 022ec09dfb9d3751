"""Keys of records that are not for training: taken out as the records are read."""

from collections.abc import Collection, Iterable, Iterator

import msgspec

from ftlint.read.fault import Block


def without(blocks: Iterable[Block], keys: Collection[str]) -> Iterator[Block]:
    """The blocks without these keys of their records; a line that had one is written anew."""
    for block in blocks:
        if any(key in record for record in block.records for key in keys):
            records = list(block.records)
            raw = list(block.raw) if block.raw is not None else None
            for k, record in enumerate(records):
                if any(key in record for key in keys):
                    records[k] = {key: value for key, value in record.items() if key not in keys}
                    if raw is not None:
                        raw[k] = msgspec.json.encode(records[k]) + b"\n"
            block.records, block.raw = records, raw
        yield block
