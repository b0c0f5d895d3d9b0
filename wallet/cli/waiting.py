"""Waiting for an outcome: ask, sleep until a notice hints at a change, ask again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

from wallet.engine.api.door import Door
from wallet.engine.api.notices import Notice

T = TypeVar("T")
# A notice is a hint and may be lost: then it costs this much.
_LOST_HINT_SECONDS = 1.0


def wait_until(door: Door, ask: Callable[[], T], is_done: Callable[[T], bool], seconds: float) -> T:
    """Return the answer as soon as it `is_done`, or as it stands when the time is over."""
    hints: SimpleQueue[Notice | None] = SimpleQueue()
    unsubscribe = door.subscribe(hints.put)
    timer = threading.Timer(seconds, hints.put, (None,))
    timer.daemon = True
    timer.start()
    try:
        while True:
            answer = ask()
            if is_done(answer) or _is_over(hints):
                return answer
    finally:
        timer.cancel()
        unsubscribe()


def _is_over(hints: SimpleQueue[Notice | None]) -> bool:
    """Wait for a hint; say whether it was the one that the time is over."""
    try:
        found = [hints.get(timeout=_LOST_HINT_SECONDS)]
        while not hints.empty():
            found.append(hints.get_nowait())
    except Empty:
        return False
    return None in found
