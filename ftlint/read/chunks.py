"""A stream cut into pieces of about one size, each ending with a newline; only the last may lack one."""

from collections.abc import Iterator

from ftlint.read.compression import Read


def chunks(read: Read, size: int) -> Iterator[bytes]:
    """Pieces of whole lines. A line longer than ``size`` makes its piece longer."""
    held: list[bytes] = []
    while data := read(size):
        cut = data.rfind(b"\n") + 1
        if not cut:
            held.append(data)
            continue
        held.append(data[:cut] if cut < len(data) else data)
        yield b"".join(held) if len(held) > 1 else held[0]
        held = [data[cut:]] if cut < len(data) else []
    if held:
        yield b"".join(held)
