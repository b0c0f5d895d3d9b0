"""The table of commands: each module of commands adds its own, `table.py` has them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wallet.cli.asking import Asked, Option

Run = Callable[[Asked], object]


@dataclass(frozen=True, slots=True)
class Verb:
    """A command by its name."""

    name: str
    help: str
    options: tuple[Option, ...]
    run: Run


VERBS: dict[str, Verb] = {}


def verb(name: str, help: str, *options: Option) -> Callable[[Run], Run]:
    """Register a command."""

    def register(run: Run) -> Run:
        VERBS[name] = Verb(name, help, options, run)
        return run

    return register
