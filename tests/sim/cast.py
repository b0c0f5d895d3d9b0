"""Who is in a story of sessions: signers, who decides, who lies how, who dies when."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from tests.sim import tricks
from tests.sim.stories import NAMES
from wallet.model.credit import Mode

HELPERS = ("wim", "wes", "wil", "wyn", "wat")
SIZES = (2, 2, 2, 2, 3, 3, 4, 5, 6, 8)
SPAN_MS = 60_000  # over how long people act


@dataclass(frozen=True)
class Cast:
    """Who is in a story, and what each is."""

    people: tuple[str, ...]
    helpers: tuple[str, ...] = ()  # who decides, in their order; the last of the people may be one
    mode: Mode = "P"
    needed: int = 0
    agreed: bool = False  # the terms of some tallies name them
    liar: str = ""
    trick: str = ""
    deaths: dict[str, int] = field(default_factory=dict)  # who dies, and when
    speechless: str = ""  # one who decides, and dies with the first word of it on its lips
    patient: bool = False  # people press nothing while something is not known

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys((*self.people, *self.helpers)))


def draw(seed: int, nodes: int = 0) -> Cast:
    """Who lives in the story of this seed."""
    dice = random.Random(f"{seed} cast")
    people = NAMES[: nodes or dice.choice(SIZES)]
    mode: Mode = dice.choice(("P", "E", "E", "Q", "Q"))
    number = {"P": 0, "E": 1, "Q": dice.choice((1, 2, 3, 3, 3, 4, 5))}[mode]
    helpers = HELPERS[:number]
    if helpers and len(people) > 2 and dice.random() < 0.3:
        helpers = (*helpers[1:], people[-1])  # one of the people decides for the others
    one = Cast(
        people,
        helpers,
        mode,
        dice.randint(number // 2 + 1, number) if mode == "Q" else 0,
        agreed=dice.random() < 0.5,
        patient=dice.random() < 0.5,
    )
    return _with_troubles(one, dice)


def _with_troubles(one: Cast, dice: random.Random) -> Cast:
    who = dice.choice(("", "", "signer", "helper" if one.helpers else "signer"))
    liar = trick = ""
    if who == "signer":
        liar = dice.choice([name for name in one.people if name not in one.helpers])
        trick = dice.choice(sorted(tricks.OF_SIGNERS))
    elif who == "helper":
        liar = dice.choice(one.helpers)
        kinds = tricks.OF_ENZYMES if one.mode == "E" else tricks.OF_WITNESSES
        trick = dice.choice(sorted(kinds))
    mortal = [name for name in one.names if name != liar]
    if one.helpers and dice.random() < 0.6:
        mortal = [name for name in one.helpers if name != liar]
    wise = [name for name in one.helpers if name != liar]
    speechless = dice.choice(wise) if wise and dice.random() < 0.25 else ""
    many = min(len(mortal), dice.choice((0, 0, 0, 1, 1, 2)))
    deaths = {name: dice.randrange(SPAN_MS) for name in dice.sample(mortal, many)}
    return replace(one, liar=liar, trick=trick, deaths=deaths, speechless=speechless)
