"""Builds the parts and joins them; no logic.  The only module that knows every floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wallet.engine.api.notices import Notice
    from wallet.engine.profiles import OpenProfile
    from wallet.engine.thread import EngineThread
    from wallet.engine.wallet import Wallet
    from wallet.transport.iroh import IrohTransport

LOOPBACK = "127.0.0.1"


class Windowed(NamedTuple):  # without the import of dataclasses or msgspec before the first paint
    """How the window was asked for."""

    profile: Path | None = None
    link: str = ""
    listen: str = ""


def window_arguments(given: Sequence[str]) -> Windowed | None:
    """What the arguments say of the window; None: they are a command."""
    profile, link, listen = None, "", ""
    rest = list(given)
    while rest:
        word = rest.pop(0)
        if word in ("--profile", "--listen") and rest:
            value = rest.pop(0)
            profile, listen = (Path(value), listen) if word == "--profile" else (profile, value)
        elif word.lower().startswith("tallystick:") and not link:
            link = word
        else:
            return None
    return Windowed(profile, link, listen)


def make_engine(folder: Path, listen: str = "") -> EngineThread:
    """An engine for this profile folder, not started; its parts are imported in its thread.

    `listen` is "ip" or "ip:port" (port 0: the profile's own), or empty for what the settings say.
    """
    from wallet.engine.thread import EngineThread

    host, _, port = listen.partition(":")
    given = {name: value for name, value in (("listen", host), ("port", port)) if value}

    def make(announce: Callable[[Notice], None]) -> Wallet:
        import os

        from wallet.engine.clock import SystemClock
        from wallet.engine.entropy import SystemEntropy
        from wallet.engine.settings import choose
        from wallet.engine.wallet import Wallet

        def transport(opened: OpenProfile) -> IrohTransport:
            from wallet.transport.iroh import IrohTransport

            settings = choose(folder, os.environ, given)
            return IrohTransport(
                opened.node_seed,
                port=settings.port or opened.port,
                listen=settings.listen,
                relays=settings.relays,
            )

        return Wallet(folder, transport, SystemClock(), SystemEntropy(), announce)

    return EngineThread(folder, make)


@contextmanager
def open_door(profile: Path | None, *, listen: str = "") -> Iterator[EngineThread]:
    """A running engine for as long as the block lasts; None: the person's own profile."""
    engine = make_engine(profile or _own_folder(), listen)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def run_command(given: Sequence[str]) -> int:
    """The command line."""
    import logging
    import os

    from wallet.cli.main import main
    from wallet.engine.settings import LOG

    level = os.environ.get(LOG.variable, str(LOG.default)).upper()
    logging.basicConfig(level=level if level in logging.getLevelNamesMapping() else "WARNING")

    return main(given, open_door, show=_show_demo if _has_screen() else None)


def show_window(profile: Path | None, link: str = "", listen: str = "") -> int:
    """The window on a profile, until it is closed."""
    from wallet.gui.main import run_gui

    folder = profile or _own_folder()
    engines: list[EngineThread] = []

    def start() -> EngineThread:
        engine = make_engine(folder, listen)
        engine.start()
        engines.append(engine)
        return engine

    def end() -> None:
        for engine in engines:
            engine.stop()

    return run_gui(start, folder=folder, link=link, on_end=end)


def _show_demo(profile: Path, link: str) -> int:
    return show_window(profile, link, LOOPBACK)


def _own_folder() -> Path:
    from wallet.store.profile import default_folder

    return default_folder()


def _has_screen() -> bool:
    import os
    import sys

    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
