"""Builds the parts and joins them; no logic.  The only module that knows every floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wallet.engine.api.notices import Notice
    from wallet.engine.profiles import OpenProfile
    from wallet.engine.thread import EngineThread
    from wallet.engine.wallet import Wallet
    from wallet.transport.iroh import IrohTransport


def make_engine(folder: Path, listen: str = "") -> EngineThread:
    """An engine for this profile folder, not started; its parts are imported in its thread.

    `listen` is an IPv4 address, or empty for all interfaces.
    """
    from wallet.engine.thread import EngineThread

    def make(announce: Callable[[Notice], None]) -> Wallet:
        from wallet.engine.clock import SystemClock
        from wallet.engine.entropy import SystemEntropy
        from wallet.engine.wallet import Wallet

        def transport(opened: OpenProfile) -> IrohTransport:
            from wallet.transport.iroh import IrohTransport

            return IrohTransport(opened.node_seed, port=opened.port, listen=listen)

        return Wallet(folder, transport, SystemClock(), SystemEntropy(), announce)

    return EngineThread(folder, make)


@contextmanager
def open_door(folder: Path, listen: str = "") -> Iterator[EngineThread]:
    """A running engine for as long as the block lasts."""
    engine = make_engine(folder, listen)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
