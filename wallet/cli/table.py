"""All commands by their names, in the order of `--help`."""

from __future__ import annotations

from wallet.cli import agreeing, commands, deciding
from wallet.cli.verbs import VERBS, Verb

__all__ = ["VERBS", "Verb", "agreeing", "commands", "deciding"]
