"""Claims of area 02: countersigning in full, with enzyme, witnesses, many signers, every fault."""

from __future__ import annotations

import re

from claims_kit import Claim, Context, Verdict, at_least, at_most, passing, shown
from setup_env import ROOT

SEEDS = 2_000
ROUNDS = 300
SEARCH_LIMIT_S = 120
SEARCHED = ("open-3", "enzyme-payment", "votes-payment-2-of-3", "votes-payment-3-of-5", "N6")


def sessions(context: Context) -> Verdict:
    """Stories of three to eight signers in all modes, with liars: no law is broken."""
    seeds = context.rounds(SEEDS)
    ran = context.script("sim.py", "--scenario", "sessions", "--seeds", str(seeds))
    last = ran.tail[-1] if ran.tail else ""
    found = re.fullmatch(r"(\d+) stories, (\d+) violations", last)
    holds = ran.code == 0 and found is not None and int(found[1]) >= seeds and found[2] == "0"
    return Verdict(last, holds, () if holds else ran.tail)


def kills(context: Context) -> Verdict:
    """Three real processes, killed at random points, all restarted: alike, and free."""
    rounds = context.rounds(ROUNDS)
    ran = context.script("kill.py", "--rounds", str(rounds))
    last = ran.tail[-1] if ran.tail else ""
    found = re.fullmatch(r"(\d+) rounds, (\d+) splits, (\d+) stuck locks", last)
    holds = (
        ran.code == 0
        and found is not None
        and int(found[1]) >= rounds
        and found[2] == found[3] == "0"
    )
    return Verdict(last, holds, () if holds else ran.tail)


def search(context: Context) -> Verdict:
    """Every state of every mode, and every planted fault caught."""
    ran = context.script("model.py")
    last = ran.tail[-1] if ran.tail else ""
    found = re.fullmatch(r"(\d+) states, (\d+) violations", last)
    missing = [name for name in SEARCHED if name not in ran.output]
    holds = ran.code == 0 and found is not None and found[2] == "0" and not missing
    return Verdict(last, holds, () if holds else ran.tail)


def tables(context: Context) -> Verdict:
    """The tables of signer and witness are printed and up to date."""
    ran = context.script("docs.py", "--check")
    pages = [ROOT / f"docs/protocol/{name}.md" for name in ("countersigning", "witness")]
    there = [page for page in pages if page.exists()]
    return Verdict(f"{len(there)} tables, exit {ran.code}", ran.code == 0 and there == pages)


def guide(context: Context) -> Verdict:
    """The page says what the pause is, what *not known yet* means, and whom to choose."""
    text = (ROOT / "docs/guide/when-both-sign.md").read_text("utf-8")
    wanted = ("What the pause is", "not known yet", "Whom to choose")
    missing = tuple(one for one in wanted if one not in text)
    return Verdict(f"{len(text.split())} words", not missing, missing)


def claims() -> list[Claim]:
    """Return the claims in the order of the issue."""
    return [
        Claim(
            "sim-sessions",
            f"scripts/sim.py --seeds {SEEDS} --scenario sessions breaks no law",
            "0 violations",
            sessions,
        ),
        Claim(
            "kill",
            f"scripts/kill.py --rounds {ROUNDS}: kill -9 at random points, three processes",
            "0 splits, 0 stuck locks",
            kills,
        ),
        Claim(
            "search",
            "every state of P, E and Q; planted faults are caught",
            "0 violations",
            search,
        ),
        Claim(
            "faults",
            "every row of crash matrix and fault table has its named test",
            "all pass",
            passing(["tests/unit"], "fault_table"),
        ),
        Claim(
            "session_p50",
            "a payment against the floor",
            "≤ 2.0 ×",
            at_most("session_p50", "ratio", 2.0),
        ),
        Claim(
            "session_rate",
            "payments of one pair against the floor's rate",
            "≥ 0.4",
            at_least("session_rate", "ratio", 0.4),
        ),
        Claim(
            "session_p50_enzyme",
            "a payment that an enzyme decides",
            "printed",
            shown("session_p50_enzyme", "value"),
        ),
        Claim(
            "session_p50_2of3",
            "a payment that two of three witnesses decide",
            "printed",
            shown("session_p50_2of3", "value"),
        ),
        Claim(
            "witness_slots",
            "an idle witness with 100 000 slots",
            "printed",
            shown("witness_100000_slots", "value"),
        ),
        Claim("tables", "tables are printed and checked", "up to date", tables),
        Claim("guide", "a page about the pause, doubt and witnesses", "complete", guide),
    ]
