"""Pages printed from code: the command line, the schema, the tables of the protocol."""

from __future__ import annotations

import argparse
import os
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

WIDTH = 96


def command_line_page() -> str:
    """Every command with its arguments, as `tallystick COMMAND --help` says it."""
    from wallet.cli.main import build_parser

    parser = build_parser()
    lines = [
        "# Command line",
        "",
        "Printed from `wallet/cli/` by `scripts/docs.py`. How a program talks to a running wallet",
        "stands at the end.",
        "",
        *_help_of(parser),
    ]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                lines += ["", f"## {name}", "", *_help_of(sub)]
    return "\n".join([*lines, "", *_node_lines()]) + "\n"


def _help_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    # argparse takes the width of the terminal, and the page must not depend on where it is made.
    os.environ["COLUMNS"] = str(WIDTH)
    yield "```text"
    yield from parser.format_help().rstrip().splitlines()
    yield "```"


def _node_lines() -> Iterator[str]:
    import wallet.cli.node as node

    yield "## Talking to a running wallet"
    yield ""
    yield from (node.__doc__ or "").strip().splitlines()[2:]
    yield ""
    yield "A wish has the name of a command as `do`, and the command's arguments by their names:"
    yield ""
    yield "```json"
    yield '{"do": "invite", "whom": "Bo", "they_may_owe": "100", "i_may_owe": "60", "id": 1}'
    yield '{"do": "pay", "tally": "Bo Berg", "amount": "12.50", "memo": "eggs", "wait": 30}'
    yield '{"do": "pay", "tally": "Bo Berg", "amount": "5", "witnesses": "Ida,Jo,Kai", "needed": 2}'
    yield '{"do": "paper", "tallies": ["Bo Berg", "Cem"], "title": "House rules", "text": "…"}'
    yield '{"do": "history", "tally": "Bo Berg", "text": "eggs", "limit": 10}'
    yield "```"
    yield ""
    yield "Field names of answers are those of `views.py` and `views_signing.py` in"
    yield "`wallet/engine/api/`; amounts there are whole thousandths of a unit, times milliseconds"
    yield "UTC."


def schema_page() -> str:
    """Tables, columns and indexes of a migrated file."""
    from wallet.store.migrations import COMMENTS
    from wallet.store.opening import open_database
    from wallet.store.schema import missing_comments, schema_markdown

    with open_database(None, None) as database:
        missing = missing_comments(database, COMMENTS)
        if missing:
            raise ValueError(f"columns and comments differ: {', '.join(missing)}")
        return schema_markdown(database, COMMENTS)


@dataclass(frozen=True)
class Table:
    """One machine's page."""

    name: str
    title: str
    module: str
    about: str


TABLES = (
    Table(
        "countersigning",
        "Countersigning",
        "wallet.protocol.countersign.signer",
        "How one participant goes through a session in which several sign one entry, all or "
        "none. `PREPARED` and `COMMITTED` hold the chain lock; from `COMMITTED` on only evidence "
        "decides.",
    ),
    Table(
        "witness",
        "Witness",
        "wallet.protocol.countersign.witness",
        "How one of several witnesses comes to its one vote about a session (mode Q). `COMMIT` "
        "and `ABORT` are final.",
    ),
    Table(
        "tally",
        "Tally",
        "wallet.protocol.credit.tally",
        "How two partners agree on a line of credit: offers and answers, then one session that "
        "opens it.",
    ),
    Table(
        "chit",
        "Chit",
        "wallet.protocol.credit.chit",
        "How a payment comes to count, and counts once. `GOOD` is final.",
    ),
    Table(
        "consensus",
        "Consensus",
        "wallet.protocol.credit.consensus",
        "How both halves of a tally come to hold the same chain of chits: the foil orders, the "
        "stock conforms.",
    ),
)


def protocol_pages() -> dict[str, str]:
    """One page for each machine: the table that runs, and a picture of its moves."""
    import importlib

    pages = {}
    for table in TABLES:
        module = importlib.import_module(table.module)
        pages[f"docs/protocol/{table.name}.md"] = _table_page(table, module)
    return pages


def _table_page(table: Table, module: ModuleType) -> str:
    path = table.module.replace(".", "/") + ".py"
    doc = (module.__doc__ or "").strip().split("\n\n")
    source = next((part for part in doc if part.startswith("Source:")), "")
    lines = [
        f"# {table.title}",
        "",
        *_wrapped(table.about),
        "",
        *_wrapped(
            f"Printed by `scripts/docs.py` from the table in `{path}`: what stands here is what "
            "runs. A pair of state and input without a row is refused as a breach of the protocol; "
            "repeats are recognised before they reach the table."
        ),
        "",
        *_wrapped(" ".join(source.split())),
        "",
        "## States",
        "",
        *_wrapped(", ".join(f"`{state.name}`" for state in module.State) + "."),
        "",
        "## Inputs",
        "",
        *_inputs(module),
        "",
        "## Moves",
        "",
        "```mermaid",
        module.machine.as_mermaid().rstrip(),
        "```",
        "",
        "## Table",
        "",
        module.machine.as_markdown().rstrip(),
    ]
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _inputs(module: ModuleType) -> Iterator[str]:
    seen: dict[str, str] = {}
    for one in module.machine.rows:
        first = (one.on.__doc__ or "").strip().splitlines()[0]
        seen.setdefault(one.on.__name__, first)
    for name, words in seen.items():
        yield f"* `{name}`: {words}"
