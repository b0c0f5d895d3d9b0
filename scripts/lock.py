"""Write the lock files: requirements/run.txt and requirements/test.txt, with hashes.

One lock serves every platform: markers (colorama on Windows, SecretStorage on Linux, iroh where it
has a wheel) stay in the file. The tool is `uv pip compile --universal`; it is needed here only,
never to install or to run. Host names of package indexes are left out on purpose.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements/run.txt": [], "requirements/test.txt": ["--extra", "test"]}
HEAD = "# Written by scripts/lock.py from pyproject.toml; do not edit.\n"


def find_uv() -> list[str]:
    """Return the command that starts uv, or end with the line to type."""
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    if found := shutil.which("uv"):
        return [found]
    print(f"The tool uv is missing. Type: {sys.executable} -m pip install uv", file=sys.stderr)
    raise SystemExit(3)


def write_lock(uv: list[str], target: Path, extra: list[str], *, upgrade: bool) -> None:
    """Resolve for all platforms and write one lock file."""
    command = [*uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    command += [*extra, "--output-file", str(target), "pyproject.toml"]
    if upgrade:
        command.append("--upgrade")
    subprocess.run(command, cwd=ROOT, check=True)
    text = target.read_text("utf-8")
    if "://" in text:
        raise SystemExit(f"{target.name} names a host; nothing that installs may depend on one")
    target.write_text(HEAD + text.removeprefix(HEAD), "utf-8")


def main() -> int:
    """Write all lock files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    given = parser.parse_args()
    uv = find_uv()
    for name, extra in LOCKS.items():
        target = ROOT / name
        target.parent.mkdir(exist_ok=True)
        write_lock(uv, target, extra, upgrade=given.upgrade)
        print(f"{name}: {target.read_text('utf-8').count('==')} packages")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
