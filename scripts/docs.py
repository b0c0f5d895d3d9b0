"""Print the documents that are made from code, or check that they are up to date.

A printer is a function that returns {path: text}. Adding one:

    @printer("docs/schema.md")
    def print_schema() -> dict[str, str]:
        from wallet.store.schema import as_markdown  # imported late: a check may run without it

        return {"docs/schema.md": as_markdown()}

A printer named by a folder ("docs/protocol/") owns the files in it: what it no longer prints is
reported by --check and removed by writing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from setup_env import enter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

Printer = Callable[[], dict[str, str]]
PRINTERS: dict[str, Printer] = {}


def printer(owns: str) -> Callable[[Printer], Printer]:
    """Register a function that prints one file, or the files of one folder ("…/")."""

    def register(function: Printer) -> Printer:
        PRINTERS[owns] = function
        return function

    return register


@printer("docs/rules.md")
def print_rules() -> dict[str, str]:
    """Rule → tests → built or not yet."""
    import rules

    return {"docs/rules.md": rules.as_markdown()}


@printer("docs/cli.md")
def print_command_line() -> dict[str, str]:
    """Every command and its arguments."""
    import docs_pages

    return {"docs/cli.md": docs_pages.command_line_page()}


@printer("docs/schema.md")
def print_schema() -> dict[str, str]:
    """Tables and columns of the store."""
    import docs_pages

    return {"docs/schema.md": docs_pages.schema_page()}


@printer("docs/settings.md")
def print_settings() -> dict[str, str]:
    """The settings, as they are declared."""
    from wallet.engine import settings

    head = "# Settings\n\nPrinted from `wallet/engine/settings.py` by `scripts/docs.py`.\n\n"
    rule = (settings.__doc__ or "").strip().split("\n\n")[1].replace("\n", " ")
    return {"docs/settings.md": f"{head}{rule}\n\n{settings.as_markdown()}"}


@printer("docs/protocol/")
def print_protocol() -> dict[str, str]:
    """The machines' tables."""
    import docs_pages

    return docs_pages.protocol_pages()


def stale(owns: str, printed: dict[str, str]) -> list[Path]:
    """Return the files of a printer's folder that it does not print any more."""
    if not owns.endswith("/"):
        return []
    return [
        file
        for file in sorted((ROOT / owns).rglob("*"))
        if file.is_file() and file.relative_to(ROOT).as_posix() not in printed
    ]


def compare(owns: str, printed: dict[str, str]) -> list[str]:
    """Return what differs between the printer's word and the disk, one line each."""
    lines = []
    for name, text in printed.items():
        file = ROOT / name
        if not file.exists():
            lines.append(f"{name} is missing")
        elif file.read_text("utf-8") != text:
            lines.append(f"{name} is out of date")
    return lines + [
        f"{file.relative_to(ROOT)} is no longer printed" for file in stale(owns, printed)
    ]


def write(owns: str, printed: dict[str, str]) -> None:
    """Bring the disk to the printer's word."""
    for name, text in printed.items():
        file = ROOT / name
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            print(f"wrote {name}")
    for file in stale(owns, printed):
        file.unlink()
        print(f"removed {file.relative_to(ROOT)}")


def main() -> int:
    """Write all printed documents, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 if one differs")
    parser.add_argument(
        "--mark-built",
        action="store_true",
        help="from now on each rule that has a test must have one",
    )
    given = parser.parse_args()
    if given.mark_built:
        import rules

        rules.write_built()
    wrong = []
    for owns, function in PRINTERS.items():
        try:
            printed = function()
        except ValueError as error:
            wrong.append(f"{owns}: {error}")
            continue
        if given.check:
            wrong += compare(owns, printed)
        else:
            write(owns, printed)
    for line in wrong:
        print(line)
    if wrong:
        print(
            "`python3 scripts/docs.py` prints them anew" if given.check else "not all was printed"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    enter()
    sys.exit(main())
