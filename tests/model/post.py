"""The post of the model: every message that can be, as a bit, and what a liar can construct.

What is sent once stays: it may arrive at any time, any number of times, or never.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.model.case import Case
from tests.model.side import Letter, Place

WITHDRAWN = ("preflight", "data")
"""Messages that a buried session takes back: they may arrive, but nothing may depend on it."""
SLOTS = ("slot", "shown")
EVIDENCE = (*SLOTS, "signature", "certificate")


class Post:
    """Gives every possible message a bit, and says what a liar could construct."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.letters = list(self._all())
        self.bit = {letter: 1 << place for place, letter in enumerate(self.letters)}
        # What proves a lie is kept for ever: one bit for each thing the liar showed to anybody.
        things = [("slot", place) for place in Place]
        things += [(kind, Place.EMPTY) for kind in ("signature", "certificate")]
        first = len(self.bit)
        self.seen = {thing: 1 << first + at for at, thing in enumerate(things)}
        first += len(things)
        self.commits = 1 << first  # so many witnesses voted so: whoever asks hears it
        self.aborts = 2 << first
        self.certified = 4 << first  # a witness sent the certificate unasked
        self.kept = sum(self.seen.values()) | self.commits | self.aborts | self.certified

    def _all(self) -> Iterator[Letter]:
        for source in range(self.case.signers):
            if self.case.mode == "Q":
                yield Letter("request", source, source)  # its signature, on its way to witnesses
            for to in range(self.case.signers):
                if source != to:
                    yield from self._between(source, to)

    def _between(self, source: int, to: int) -> Iterator[Letter]:
        if source == 0:
            yield from (Letter(kind, 0, to) for kind in ("preflight", "data", "cancel"))
            if self.case.kind == "payment" and to != self.case.enzyme:
                yield Letter("bare", 0, to)
        if to == 0:
            yield from (Letter(kind, source, 0) for kind in ("accept", "decline"))
        if to == self.case.completer:
            yield Letter("signature", source, to)
        kinds = ("certificate", "query", *(["abort"] if self.case.mode == "Q" else []))
        yield from (Letter(kind, source, to) for kind in kinds)
        for place in Place:
            if place is Place.EMPTY:
                continue
            if self.case.hears_once:
                yield Letter("slot", source, to, place, source)
            for author in range(self.case.signers):
                if author != to:
                    yield Letter("shown", source, to, place, author)

    def mask(self, letters: Sequence[Letter]) -> int:
        """The bits of these; those nobody would read (a signature for no completer) have none."""
        found = 0
        for letter in letters:
            found |= self.bit.get(letter, 0)
        return found

    def needs(self, letter: Letter) -> list[int]:
        """What must have been sent before this can arrive: any one of these masks."""
        if letter.source != self.case.liar:
            return [self.bit[letter]]
        source, liar = letter.source, self.case.liar
        if letter.kind in SLOTS and letter.author != source:
            heard = [
                Letter(kind, letter.author, liar, letter.place, letter.author) for kind in SLOTS
            ]
            return [self.bit[one] for one in heard if one in self.bit]
        if letter.kind == "certificate":
            return [self._knows_certificate()]
        if letter.kind == "abort":
            return [self.aborts]
        # Its session action follows from the session data, and that from all responses.
        if letter.kind in ("data", "signature", "request") or letter.place is Place.FINALISED:
            return [self.knows_data()]
        return [0 if liar == 0 else self.bit[Letter("preflight", 0, liar)]]

    def knows_data(self) -> int:
        """What a liar must have received to know what everybody signs."""
        liar = self.case.liar
        assert liar is not None
        if liar == 0:
            return self.mask([Letter("accept", seat, 0) for seat in self.case.honest])
        return self.bit[Letter("data", 0, liar)]

    def _knows_certificate(self) -> int:
        liar, completer = self.case.liar, self.case.completer
        assert liar is not None
        if completer is None:
            return self.commits
        if liar == completer:
            return self.mask([Letter("signature", seat, liar) for seat in self.case.honest])
        return self.bit[Letter("certificate", completer, liar)]

    def signature(self, seat: int) -> int:
        """What must have been sent before a witness can have this signer's signature."""
        return self.needs(Letter("request", seat, seat))[0]

    def evidence(self, letter: Letter) -> int:
        """The bit that remembers what a liar has shown to somebody whom it moved."""
        if letter.source != self.case.liar or letter.kind not in EVIDENCE:
            return 0
        if letter.kind in SLOTS:
            return self.seen["slot", letter.place] if letter.author == letter.source else 0
        return self.seen[letter.kind, letter.place]

    def shown(self, messages: int, kind: str) -> set[Place]:
        """What the liar has shown of this kind."""
        return {place for (one, place), bit in self.seen.items() if one == kind and messages & bit}
