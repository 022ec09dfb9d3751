"""``python -m ftlint`` and the ``ftlint`` command."""

from ftlint.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
