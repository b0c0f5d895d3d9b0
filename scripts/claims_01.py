"""Claims of area 01: the house, and two people who pay each other."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

from claims_kit import Claim, Context, Ran, Verdict, at_least, at_most, below, passing, run, shown
from setup_env import ROOT, child_environment

TEST_LIMIT_S = 15 * 60
SEEDS = 500
SEEDS_EACH = 100
KILL_POINTS = 10
PLANTED_FAULTS = 6
FIVE_MINUTES_OF_WORDS = 1200


def in_fresh_clone(context: Context) -> Ran:
    """Run the test command in a fresh clone with an empty environment, once for all claims."""
    if "clone" not in context.ran:
        clone = context.folder / "clone"
        run(["git", "clone", "--quiet", str(ROOT), str(clone)])
        start = time.monotonic()
        python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or "python3"
        ran = run([python, "scripts/test.py"], bare_environment(), clone)
        context.ran["clone"] = Ran(ran.code, f"{ran.output}\n{time.monotonic() - start}")
        shutil.rmtree(clone, ignore_errors=True)
    return context.ran["clone"]


def bare_environment() -> dict[str, str]:
    """Return the environment without anything of ours."""
    environment = child_environment()
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    return environment


def tests_green(context: Context) -> Verdict:
    """Everything is green, in time."""
    ran = in_fresh_clone(context)
    output, seconds = ran.output.rsplit("\n", 1)
    holds = ran.code == 0 and float(seconds) < TEST_LIMIT_S
    notes = tuple(output.strip().splitlines()[-10:])
    return Verdict(f"exit {ran.code} after {float(seconds):.0f} s", holds, notes)


def none_missing(context: Context) -> Verdict:
    """Every test bound to a system was collected."""
    output = in_fresh_clone(context).output
    found = re.search(r"system lacks what they need: (\d+)", output)
    ran = re.search(r"\d+ passed", output)
    return Verdict(
        f"{found[1]} missing" if found else "not said", bool(ran and found and found[1] == "0")
    )


def simulation(context: Context) -> Verdict:
    """The simulated worlds break no law."""
    seeds = context.rounds(SEEDS)
    return stories(context, seeds, "--seeds", str(seeds))


def every_scenario(context: Context) -> Verdict:
    """Nor do worlds made for one kind of trouble each."""
    seeds = context.rounds(SEEDS_EACH)
    return stories(context, seeds, "--scenario", "all", "--seeds", str(seeds))


def stories(context: Context, least: int, *arguments: str) -> Verdict:
    """Play stories: at least so many, and no violation."""
    ran = context.script("sim.py", *arguments)
    last = ran.tail[-1] if ran.tail else ""
    found = re.fullmatch(r"(\d+) stories, (\d+) violations", last)
    holds = ran.code == 0 and found is not None and int(found[1]) >= least and found[2] == "0"
    return Verdict(last, holds, () if holds else ran.tail)


def one_seed_one_story(context: Context) -> Verdict:
    """A seed alone reproduces its story byte for byte."""
    first, second = (context.script("sim.py", "--seeds", "1", "--first", "7") for _ in range(2))
    same = first.code == 0 and first.output == second.output
    return Verdict("equal" if same else "different", same)


def architecture(context: Context) -> Verdict:
    """The page is short enough and has the picture and both columns."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    words = len(text.split())
    has_all = all(word in text for word in ("gui | cli", "DOWN:", "UP:"))
    return Verdict(f"{words} words", has_all and words <= FIVE_MINUTES_OF_WORDS)


def printed(context: Context) -> Verdict:
    """Printed documents are up to date, and the protocol's tables are among them."""
    ran = context.script("docs.py", "--check")
    pages = len(list((ROOT / "docs/protocol").glob("*.md")))
    holds = ran.code == 0 and pages > 0 and (ROOT / "docs/schema.md").exists()
    return Verdict(f"{pages} tables, exit {ran.code}", holds, () if holds else ran.tail)


def decisions(context: Context) -> Verdict:
    """Each decision has its five parts; threats name checks."""
    pages = sorted((ROOT / "docs/adr").glob("0*.md"))
    parts = ("Question", "Decision", "Reasons", "Alternatives", "Status")
    poor = [p.name for p in pages if any(part not in p.read_text("utf-8") for part in parts)]
    holds = len(pages) > 1 and not poor and (ROOT / "docs/threats.md").exists()
    return Verdict(f"{len(pages)} decisions", holds, tuple(poor))


def links_lead_somewhere(context: Context) -> Verdict:
    """Every relative link and picture in README and docs exists."""
    bad = []
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                bad.append(f"{page.relative_to(ROOT)}: {target}")
    return Verdict(f"{len(bad)} dead links", not bad, tuple(bad))


def screenshot(context: Context) -> Verdict:
    """README shows a real picture and both commands."""
    text = (ROOT / "README.md").read_text("utf-8")
    pictures = [Path(name) for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)]
    there = [picture for picture in pictures if (ROOT / picture).exists()]
    commands = "scripts/run.py" in text and "scripts/test.py" in text
    return Verdict(f"{len(there)} pictures", bool(there) and commands)


def claims() -> list[Claim]:
    """Return the claims in the order of the issue."""
    return [*test_claims(), *world_claims(), *speed_claims(), *paper_claims()]


def test_claims() -> list[Claim]:
    """Claims about the test command and the stories it tells."""
    e2e = ["tests/e2e"]
    return [
        Claim("tests", "scripts/test.py is green in a fresh clone", "< 900 s", tests_green),
        Claim("none-missing", "no test bound to a system is missing", "0 missing", none_missing),
        Claim(
            "two-processes",
            "invitation as PNG, tally, payment both ways: two processes, iroh, Secret Service",
            "all pass",
            passing(e2e, "not kill"),
        ),
        Claim(
            "kill-9",
            "kill -9 at ten points: same balance and chain",
            f"≥ {KILL_POINTS}, all pass",
            passing(e2e, "kill", least=KILL_POINTS),
        ),
        Claim(
            "real-window",
            "the same with the GUI driven under Xvfb",
            "all pass",
            passing(e2e, xcb=True),
        ),
    ]


def world_claims() -> list[Claim]:
    """Claims about simulated worlds and about what leaks."""
    return [
        Claim("sim", f"scripts/sim.py --seeds {SEEDS} breaks no law", "0 violations", simulation),
        Claim(
            "sim-each",
            f"{SEEDS_EACH} seeds of each kind of trouble break no law",
            "0 violations",
            every_scenario,
        ),
        Claim("sim-seed", "a seed alone tells its story again", "equal", one_seed_one_story),
        Claim(
            "planted",
            "six planted faults are caught",
            f"≥ {PLANTED_FAULTS}, all pass",
            passing(["tests/sim"], "planted", least=PLANTED_FAULTS),
        ),
        Claim(
            "nothing-leaks",
            "file, WAL and captured traffic hold no names, memos, amounts, keys",
            "all pass",
            passing(["tests"], "leak"),
        ),
    ]


def speed_claims() -> list[Claim]:
    """Claims about figures of scripts/bench.py."""
    rows = [
        (
            "session_p50",
            "a payment against the floor",
            "≤ 2.5 ×",
            at_most("session_p50", "ratio", 2.5),
        ),
        ("session_rate", "payments of one pair", "≥ 40 /s", at_least("session_rate", "value", 40)),
        (
            "session_rate_floor",
            "against the floor",
            "≥ 0.25",
            at_least("session_rate", "ratio", 0.25),
        ),
        ("chain_verify", "against bare PyNaCl", "≥ 0.7", at_least("chain_verify", "ratio", 0.7)),
        (
            "window_ready",
            "against an empty window",
            "≤ 1.5 ×",
            at_most("window_ready", "ratio", 1.5),
        ),
        ("window_filled", "10 000 chits", "≤ 3.5 ×", at_most("window_filled", "ratio", 3.5)),
        ("gui_stall_max", "engine saturated", "< 33 ms", below("gui_stall_max", "value", 33)),
        ("gui_stall_p99", "engine saturated", "< 10 ms", below("gui_stall_p99", "value", 10)),
        ("gui_inputs", "inputs per second meanwhile", "printed", shown("gui_inputs", "value")),
        ("list_sort", "100 000 chits", "< 100 ms", below("list_sort", "value", 100)),
        ("list_filter", "100 000 chits", "< 100 ms", below("list_filter", "value", 100)),
        ("idle_memory", "memory of the idle window", "printed", shown("idle_memory", "value")),
    ]
    return [Claim(*row) for row in rows]


def paper_claims() -> list[Claim]:
    """Claims about the documents."""
    return [
        Claim(
            "architecture", "read in five minutes, with both pictures", "≤ 1200 words", architecture
        ),
        Claim("printed", "tables and schema are printed and checked", "up to date", printed),
        Claim("decisions", "decisions have their five parts; threats", "> 1, complete", decisions),
        Claim("links", "README and docs link to what exists", "0 dead links", links_lead_somewhere),
        Claim(
            "readme", "README has a real picture and the two commands", "≥ 1 picture", screenshot
        ),
    ]
