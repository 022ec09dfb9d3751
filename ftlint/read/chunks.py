"""A stream cut into pieces of about one size, each ending with a newline; only the last may lack one."""

from collections.abc import Iterator

from ftlint.read.compression import Read


def chunks(read: Read, size: int) -> Iterator[bytes]:
    """Pieces of whole lines. A line longer than ``size`` makes its piece longer."""
    held: list[bytes | memoryview] = []
    while data := read(size):
        cut = data.rfind(b"\n") + 1
        if not cut:
            held.append(data)
            continue
        # A view, so that the bytes are copied once.
        held.append(memoryview(data)[:cut])
        yield b"".join(held)
        held = [data[cut:]] if cut < len(data) else []
    if held:
        yield b"".join(held)
