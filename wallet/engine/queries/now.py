"""What the engine knows at this moment and the disk does not: given with each question."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from wallet.crypto.ids import AgentId, NetworkId

OFFER_TIMER = "offer"
END_TIMER = "end"
ASK_TIMER = "ask"


class Now(Struct, frozen=True):
    """Live facts, as the engine's thread sees them when the question is asked.

    `online`: partners with a link, and since when (ms UTC).  `offsets`: a partner's clock minus
    ours, ms.  `timers`: (machine, record, name) → due, by `monotonic_ms`.  The mappings are
    not changed after they were given.
    """

    wall_ms: int
    monotonic_ms: int
    me: AgentId
    network: NetworkId
    account: str = ""
    name: str = ""
    contact: str = ""
    picture: bytes = b""
    unit: str = ""
    locked_by: str = "keyring"
    backed_up: bool = False
    listening: str = ""
    problem: str = ""
    seen_notice: int = 0  # up to which notice the person has looked
    online: Mapping[str, int] = field(default_factory=dict)
    offsets: Mapping[str, int] = field(default_factory=dict)
    timers: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    def remaining(self, machine: str, key: str, name: str) -> int | None:
        """Milliseconds until a timer fires, 0 when it should have; None: there is none."""
        due = self.timers.get((machine, key, name))
        return None if due is None else max(0, due - self.monotonic_ms)
