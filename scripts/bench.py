"""Measure how fast the wallet is, beside what it cannot be faster than.

One line of JSON per figure: name, value, unit, baseline, ratio, n. Times are milliseconds, rates
are per second, ratio is value ÷ baseline. What is compared is measured in turns within one run,
because machines are shared; values are medians unless the name says otherwise.

    session_p50    submit → COMPLETED committed at the payer, two processes; the floor of a session
    session_rate   payments of one pair; sessions of the floor
    session_p50_enzyme  the same when an enzyme decides, three processes; its own floor
    session_p50_2of3    when two of three witnesses decide, five processes; its own floor
    witness_100000_slots  one vote of a witness that holds 100 000 places; of an empty one
    chain_verify   links checked, two threads; bare PyNaCl verifications, one thread
    window_ready   process start → first paint of Home's frame; of an empty QMainWindow
    window_filled  process start → the latest of 10 000 chits shown, keyring asked; the same
    gui_stall_max  lateness of a 5 ms timer in the window, payments coming in; the same at rest
    gui_stall_p99  the same, 99th percentile
    gui_inputs     messages the engine took per second meanwhile
    idle_memory    MB of the window's process at rest; of an empty QMainWindow
    list_sort      first rows of 100 000 chits in another order, the slowest order
    list_filter    first rows of those that match, the slowest filter
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from setup_env import enter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    fast: bool

    def of(self, full: int, least: int = 1) -> int:
        """All of it, or a tenth."""
        return max(least, full // 10) if self.fast else full


def figure(name: str, value: float, unit: str, baseline: float | None, n: int) -> Figure:
    """One figure as it is printed."""
    ratio = round(value / baseline, 3) if baseline else None
    base = None if baseline is None else round(baseline, 3)
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": base,
        "ratio": ratio,
        "n": n,
    }


def sessions(effort: Effort) -> Iterator[Figure]:
    """Payments one after the other, in turns with the floor."""
    from bench_pair import measure_sessions

    rounds, each = effort.of(30, 3), 20
    ours, bare = asyncio.run(measure_sessions(rounds, each))
    yield figure("session_p50", middle(ours), "ms", middle(bare), rounds * each)


def rates(effort: Effort) -> Iterator[Figure]:
    """Payments as fast as they go, in turns with the floor."""
    from bench_pair import measure_rates

    rounds, each = effort.of(10, 2), 60
    ours, bare = asyncio.run(measure_rates(rounds, each))
    yield figure("session_rate", ours, "/s", bare, rounds * each)


def signing(effort: Effort) -> Iterator[Figure]:
    """Payments that others decide, each in turns with its floor."""
    from bench_signing import ENZYME, TWO_OF_THREE, measure_signing

    rounds, each = effort.of(20, 3), 20
    for name, way in (("session_p50_enzyme", ENZYME), ("session_p50_2of3", TWO_OF_THREE)):
        ours, bare = asyncio.run(measure_signing(way, rounds, each))
        yield figure(name, middle(ours), "ms", middle(bare), rounds * each)


def slots(effort: Effort) -> Iterator[Figure]:
    """A witness that holds 100 000 places beside an empty one."""
    from bench_signing import measure_slots

    rounds, each = effort.of(10, 2), 20
    full, empty = asyncio.run(measure_slots(100_000, rounds, each))
    yield figure("witness_100000_slots", full.vote_ms, "ms", empty.vote_ms, rounds * each) | {
        "memory_mb": round(full.memory_mb, 1),
        "memory_mb_empty": round(empty.memory_mb, 1),
        "file_mb": round(full.file_mb, 1),
        "file_mb_empty": round(empty.file_mb, 1),
    }


def chain(effort: Effort) -> Iterator[Figure]:
    """Our source chain, checked from its first link."""
    from bench_store import measure_chain

    length, rounds = 5_000, effort.of(9, 3)
    ours, bare = measure_chain(length, rounds)
    yield figure("chain_verify", ours, "/s", bare, length * rounds)


def starts(effort: Effort) -> Iterator[Figure]:
    """Starts of the window, in turns with an empty one."""
    from bench_window import filled_world, measure_starts

    rounds = effort.of(15, 3)

    async def run() -> Any:
        async with filled_world() as world:
            await world.other.stop()
            return measure_starts(world, rounds)

    found = asyncio.run(run())
    bare = middle(found.bare)
    yield figure("window_ready", middle(found.ready), "ms", bare, rounds)
    yield figure("window_filled", middle(found.filled), "ms", bare, rounds)
    yield figure("idle_memory", middle(found.memory), "MB", middle(found.bare_memory), rounds)


def stalls(effort: Effort) -> Iterator[Figure]:
    """The window while payments come in."""
    from bench_window import filled_world, measure_stalls

    seconds = effort.of(30, 6)

    async def run() -> Any:
        async with filled_world() as world:
            return await measure_stalls(world, seconds)

    found = asyncio.run(run())
    yield figure("gui_stall_max", found.busy_max, "ms", found.rest_max, found.ticks)
    yield figure("gui_stall_p99", found.busy_p99, "ms", found.rest_p99, found.ticks)
    yield figure("gui_inputs", found.inputs, "/s", None, round(found.inputs * seconds))


def lists(effort: Effort) -> Iterator[Figure]:
    """A list of 100 000 chits."""
    from bench_store import measure_list

    count, rounds = 100_000, effort.of(9, 3)
    sorts, filters = measure_list(count, rounds)
    for name, found in (("list_sort", sorts), ("list_filter", filters)):
        slowest = max(found, key=lambda one: found[one])
        yield figure(name, found[slowest], "ms", None, rounds * len(found)) | {"slowest": slowest}


def middle(values: list[float]) -> float:
    """The median."""
    import statistics

    return statistics.median(values)


GROUPS: dict[tuple[str, ...], Callable[[Effort], Iterator[Figure]]] = {
    ("session_p50",): sessions,
    ("session_rate",): rates,
    ("session_p50_enzyme", "session_p50_2of3"): signing,
    ("witness_100000_slots",): slots,
    ("chain_verify",): chain,
    ("window_ready", "window_filled", "idle_memory"): starts,
    ("gui_stall_max", "gui_stall_p99", "gui_inputs"): stalls,
    ("list_sort", "list_filter"): lists,
}


def main() -> int:
    """Read the command line, measure, print."""
    names = [name for group in GROUPS for name in group]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="figures to measure (all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the lines there as well")
    parser.add_argument("--fast", action="store_true", help="a tenth of the rounds")
    given = parser.parse_args()
    unknown = set(given.names) - set(names)
    if unknown:
        parser.error(f"no figure {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    wanted, lines = set(given.names or names), []
    for group, measure in GROUPS.items():
        if not wanted & set(group):
            continue
        for one in measure(Effort(given.fast)):
            if one["name"] in wanted:
                lines.append(json.dumps(one))
                print(lines[-1], flush=True)
    if given.json is not None:
        given.json.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return 0


if __name__ == "__main__":
    enter()
    sys.exit(main())
