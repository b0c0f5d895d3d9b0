"""Our own source chain: writing strictly behind the head, and what waits for the lock."""

from __future__ import annotations

from wallet.crypto.encoding import encode
from wallet.engine.desks.clocks import best_micros
from wallet.engine.work import Work
from wallet.model.actions import Action, Create, hash_action, hash_entry, sign_action
from wallet.model.errors import BugError, ChainLocked
from wallet.model.record import Record
from wallet.protocol.chain.append import Head, create_private, genesis, init_complete
from wallet.store.chains import Content

SALT_BYTES = 32


def begin_chain(work: Work) -> None:
    """Write the genesis of our chain."""
    for action in genesis(work.me.agent, work.me.network, work.now.micros):
        _append(work, action)


def complete_init(work: Work) -> bool:
    """Say that we have met the network, once; False while the chain is locked."""
    if work.store.chains.get_lock(work.me.agent):
        return False
    _append(work, init_complete(work.me.agent, head(work), best_micros(work)))
    return True


def head(work: Work) -> Head:
    """The head of our chain."""
    found = work.store.chains.get_head(work.me.agent)
    if found is None:
        raise BugError("no chain")
    return found


def append_entry(work: Work, kind: str, entry: Record) -> None:
    """Write a private entry behind the head.

    Raises:
        ChainLocked: a session holds the chain.
    """
    lock = work.store.chains.get_lock(work.me.agent)
    if lock:
        raise ChainLocked(session=lock[0], partner="", ends_at=0)
    write_private(work, kind, encode(entry))


def observe(work: Work, kind: str, entry: Record) -> None:
    """Write a private entry now, or as soon as the chain is free (R10)."""
    if work.store.chains.get_lock(work.me.agent):
        work.store.chains.put_observation(kind, encode(entry))
    else:
        write_private(work, kind, encode(entry))


def write_private(work: Work, kind: str, entry: bytes, at: int | None = None) -> None:
    """Write a private entry at the next place, whoever holds the lock: for sessions only.

    `at` is its public time in microseconds, rounded down and never before the head's; None: now,
    by our clock or, where that is in doubt, by the partners'.
    """
    salt = work.dice.token(SALT_BYTES)
    found = hash_entry(entry)
    micros = best_micros(work) if at is None else at
    action = create_private(work.me.agent, head(work), found, salt, micros)
    write_action(work, action, kind, entry, salt)


def write_action(work: Work, action: Create, kind: str, entry: bytes, salt: bytes) -> None:
    """Sign and write this very action with its entry."""
    _check_copy(work)
    work.store.chains.append(
        sign_action(action, work.me.signer, work.me.network),
        hash_action(action),
        Content(hash_entry(entry), kind, entry, salt),
    )


def flush_observations(work: Work) -> None:
    """Write what waited, in order, if the chain is free."""
    if work.store.chains.get_lock(work.me.agent):
        return
    for number, kind, entry in work.store.chains.list_observations():
        write_private(work, kind, entry)
        work.store.chains.drop_observation(number)


def _check_copy(work: Work) -> None:
    if work.is_old_copy or work.live.is_old_copy:
        raise BugError("an older copy of a wallet writes")


def _append(work: Work, action: Action) -> None:
    _check_copy(work)
    signed = sign_action(action, work.me.signer, work.me.network)
    work.store.chains.append(signed, hash_action(action))
