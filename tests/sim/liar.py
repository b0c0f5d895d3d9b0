"""The liar: a wallet whose owner changed the program."""

from __future__ import annotations

from tests.sim.world import Wallet, World
from wallet.engine.work import Ready


class Liar:
    def __init__(self, world: World) -> None:
        self.world = world

    def twist(self, world: World, wallet: Wallet, ready: Ready) -> list[Ready]:
        return [ready]
