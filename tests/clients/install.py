"""Make the clients' environments: ``python tests/clients/install.py``, or with the names of those that are wanted.

They lie in ``.clients`` of the checkout, or in the folder that ``FTLINT_CLIENTS`` names, and take some 3 GB.
"""

import subprocess
import sys
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from registry import ENVIRONMENTS, HOME


def install(name: str) -> None:
    """Make one environment, or bring it up to date."""
    environment = ENVIRONMENTS[name]
    folder = HOME / name
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True)
    if environment.over:
        (folder / "lib" / _python() / "site-packages" / "over.pth").write_text(
            f"{HOME / environment.over / 'lib' / _python() / 'site-packages'}\n", encoding="utf-8"
        )
    pip = [folder / "bin" / "python", "-m", "pip", "install", "-q"]
    if environment.whole:
        subprocess.run([*pip, *environment.whole], check=True)
    if environment.alone:
        subprocess.run([*pip, "--no-deps", "--ignore-installed", *environment.alone], check=True)


def _python() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


if __name__ == "__main__":
    for name in sys.argv[1:] or ENVIRONMENTS:
        install(name)
        print(f"{HOME / name}")
