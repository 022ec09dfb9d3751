"""The file is a Git LFS pointer, not the data.

Git LFS keeps big files elsewhere and puts three lines of text in their place. Who clones without LFS, or lets CI do
so, has those three lines under the name of the dataset.

There is no fix. `git lfs pull` gets the data; on GitHub Actions, `actions/checkout` takes `lfs: true`.
"""

from ftlint.rule import Case, FaultRule

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 67501023\n"


class LfsPointer(FaultRule):
    """The first line of a pointer."""

    code, name, severity = "F013", "lfs-pointer", "error"
    fault = "lfs-pointer"

    cases = (
        Case(wrong=POINTER, found=[(1, None)]),
        Case(why="whatever the name", name="x.parquet", wrong=POINTER, found=[(1, None)]),
        Case(
            why="data that speaks of it",
            right=b'{"prompt": "version https://git-lfs.github.com/spec/v1", "completion": "a pointer"}\n',
        ),
    )
