"""Who holds every task of the engine, and what happens when one falls.

Source: house.md 3.9: a task that ends with an error is logged, told, and either restarted (links)
or fatal (the pump). Nobody else starts tasks. This is one of the three places where any exception
is caught (house.md 3.10).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any

log = logging.getLogger("wallet.supervisor")

# A task that falls at once must not spin.
RESTART_SECONDS = 1.0

Fault = Callable[[str, Exception], None]


class Supervisor:
    """An asynchronous context that owns tasks; leaving it ends them all.

    `on_fault` is told the task's name and its error; it must not raise.
    """

    def __init__(self, on_fault: Fault) -> None:
        self._on_fault = on_fault
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Supervisor:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all tasks and wait for them. Raises `ExceptionGroup` after a fatal fault."""
        self.stop()
        await self._group.__aexit__(kind, error, trace)

    def stop(self) -> None:
        """Ask every task to end."""
        for task in tuple(self._tasks):
            task.cancel()

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run once; an error is logged and told, and hurts nobody else."""
        return self._hold(name, self._run(name, work))

    def keep(self, name: str, make: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run until it returns; after an error it is made anew, one second later."""
        return self._hold(name, self._rerun(name, make))

    def guard(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run what the engine cannot live without: an error is told and ends everything."""
        return self._hold(name, self._run(name, work, is_fatal=True))

    def _hold(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._group.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, name: str, work: Awaitable[None], *, is_fatal: bool = False) -> None:
        try:
            await work
        except Exception as error:
            self._tell(name, error)
            if is_fatal:
                raise

    async def _rerun(self, name: str, make: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await make()
            except Exception as error:  # noqa: BLE001 - the supervisor's purpose
                self._tell(name, error)
            await asyncio.sleep(RESTART_SECONDS)

    def _tell(self, name: str, error: Exception) -> None:
        log.error("%s ended: %s", name, type(error).__name__, exc_info=error)
        self._on_fault(name, error)
