"""What is known of a stuck session, in words, and as a file (ux.md 5.11, *Save facts*)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from wallet.engine.api.views import SessionView
from wallet.engine.api.views_signing import FactsView, SaidView
from wallet.gui.text import Figures, Words, bare, has_sentence, say
from wallet.gui.viewmodels.session_words import money_of_stuck, stuck_title_of
from wallet.gui.viewmodels.signers import mode_words, signer_lines
from wallet.gui.viewmodels.states import name_of

# What comes again and again: of these only the last time is shown; the file has them all.
_AGAIN = ("asked-status", "heard")
SECOND = 1000


def said_words(one: SaidView) -> Words:
    """Say one thing that happened; who said it, if it was not we."""
    by = "_by" if one.agent else ""
    key = f"stuck.said.{one.key}{by}"
    name = name_of(one.name) or say("names.signer")
    return say(key if has_sentence(key) else f"stuck.said.other{by}", name=name)


def shown_of(said: Sequence[SaidView]) -> tuple[SaidView, ...]:
    """Return what is shown, oldest first: of what comes again and again only the last."""
    last = {(one.key, one.agent): one for one in said if one.key in _AGAIN}
    kept = [one for one in said if one.key not in _AGAIN]
    return tuple(sorted([*kept, *last.values()], key=lambda one: one.at))


def facts_file(view: SessionView, facts: FactsView, figures: Figures) -> str:
    """Return the facts as JSON: readable words first, then everything that is evidence."""
    happened = [
        {"when": _when(one.at), "what": bare(said_words(one)), "who": one.agent}
        for one in facts.said
    ]
    whole = {
        bare(say("facts.about")): bare(say("facts.what")),
        "session": view.id,
        "title": bare(stuck_title_of(view, figures)),
        "state": bare(money_of_stuck(view, figures)),
        bare(say("facts.happened")): happened,
        bare(say("facts.signers")): [bare(one.spoken) for one in signer_lines(view)],
        bare(say("facts.deciders")): bare(mode_words(view)),
        bare(say("facts.evidence")): json.loads(facts.evidence),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _when(at: int) -> str:
    return datetime.fromtimestamp(at // SECOND, UTC).isoformat()
