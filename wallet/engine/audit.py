"""Checking everything again: the source chain, every tally chain, every proof, every balance.

Source: records.md, *Source chain* (*Verify all again*); house.md 3.8 (derived data is recomputed
and compared).  A checkpoint remembers how far the chain was checked, and by which rules.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from wallet.crypto.encoding import decode
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import ActionHash
from wallet.engine.api.views import VerifyView
from wallet.engine.ports import Clock
from wallet.engine.work import Me
from wallet.model.actions import Action
from wallet.model.credit import Pledge, hash_link
from wallet.model.errors import DamagedFile, WalletError
from wallet.protocol.chain.verify import check_entry, check_link, check_signature
from wallet.protocol.credit import chit as chits
from wallet.protocol.credit.proof import check_proven
from wallet.protocol.messages.countersigning import Salt32
from wallet.protocol.messages.tallies import BareProof, FinalisedProof, ProvenChit, SealedProof
from wallet.store.chains import Stored
from wallet.store.chits import ChitFile
from wallet.store.database import Database
from wallet.store.store import Store
from wallet.store.tallies import TallyFile

RULES = 1
"""Version of the rules: a new one checks every chain again from the start."""
CHECKPOINT = "chain.checkpoint"
BATCH = 512  # links that are looked at in one go


def verify_all(database: Database, me: Me, clock: Clock) -> VerifyView:
    """Check everything; `problem` names the first thing that is wrong."""
    store, begun = Store(database), clock.monotonic_ms()
    actions = tallies = counted = 0
    problem = ""
    try:
        actions = verify_chain(store, me)
        for uuid in store.tallies.list_open():
            tally = store.tallies.get(uuid)
            if tally is not None:
                counted += verify_tally(store, me, tally)
                tallies += 1
    except WalletError as error:
        problem = str(error)
    took = clock.monotonic_ms() - begun
    return VerifyView(actions, tallies, counted, took, problem)


def verify_chain(store: Store, me: Me, first: int = 0) -> int:
    """Check our source chain from this place on; return how many links were checked.

    Raises:
        InvalidChain, DamagedFile: the first link that breaks a rule.
    """
    before = store.chains.get_at(me.agent, first - 1) if first else None
    prev = before.signed.action if before else None
    known = before.hash if before else None
    count = 0
    links = store.chains.walk(me.agent, first)
    # libsodium lets go of the interpreter, so half of a batch is checked in another thread. Reading
    # and comparing are done before: beside them both threads would wait for the interpreter.
    with ThreadPoolExecutor(1) as pool:
        while batch := list(islice(links, BATCH)):
            for one in batch:
                prev = _check(me, one, prev, known)
                known = one.hash
            half = len(batch) // 2
            rest = pool.submit(_check_signatures, me, batch[half:])
            signed = _check_signatures(me, batch[:half])  # here the first: it is named first
            # The hashes on disk were compared with each other; here with the actions themselves.
            if signed + rest.result() != [one.hash for one in batch]:
                raise DamagedFile(f"chain before {batch[-1].signed.action.seq}")
            count += len(batch)
    return count


def verify_new(store: Store, me: Me) -> int:
    """Check what was written since the checkpoint, and move it; all, if the rules changed.

    Raises:
        InvalidChain, DamagedFile: the wallet must not write on.
    """
    head = store.chains.get_head(me.agent)
    if head is None:
        raise DamagedFile("no chain")
    text = (store.facts.get(CHECKPOINT) or "0 0 -").split()
    first = int(text[1]) + 1 if int(text[0]) == RULES else 0
    if first:
        known = store.chains.get_at(me.agent, first - 1)
        if known is None or known.hash != text[2]:
            first = 0  # not the chain that was checked: look at all of it
    count = verify_chain(store, me, first)
    with store.database.transaction():
        store.facts.put(CHECKPOINT, f"{RULES} {head.seq} {head.hash}")
    return count


def verify_tally(store: Store, me: Me, tally: TallyFile) -> int:
    """Check a tally's chain, the proof of each chit, and the balance; return how many chits.

    Raises:
        PeerError, DamagedFile: the first thing that is wrong.
    """
    if tally.books is None or tally.agreement is None:
        raise DamagedFile(f"tally {tally.uuid[:8]}")
    prior: Hash = tally.books.tally
    balance = 0
    links = store.chits.list_links(tally.uuid, 1)
    for place, link in enumerate(links, start=1):
        chit = store.chits.get_by_digest(link.chit)
        if chit is None or chit.record.state is not chits.State.GOOD or link.place != place:
            raise DamagedFile(f"tally {tally.uuid[:8]} at {place}")
        if hash_link(digest(chit.chit), place, prior) != link.hash:
            raise DamagedFile(f"tally {tally.uuid[:8]} at {place}")
        check_proven(prove(store, chit), tally.books.tally, tally.agreement, me.network)
        balance += -chit.chit.units if chit.record.mine else chit.chit.units
        if chit.balance_after != balance or chit.place != place:
            raise DamagedFile(f"tally {tally.uuid[:8]} at {place}")
        prior = link.hash
    if balance != tally.balance or len(links) != tally.books.end:
        raise DamagedFile(f"tally {tally.uuid[:8]}")
    return len(links)


def prove(store: Store, chit: ChitFile) -> ProvenChit:
    """A chit with the proof that helps most: the pledger's own pledge or action, else the session.

    Raises:
        DamagedFile: it counts and has none.
    """
    found = digest(chit.chit)
    bare = store.chits.get_proof(found, "bare")
    if bare is not None:
        return ProvenChit(chit=chit.chit, proof=BareProof(pledge=decode(bare, Pledge)))
    finalised = store.chits.get_proof(found, "finalised")
    if finalised is not None:
        return ProvenChit(chit=chit.chit, proof=decode(finalised, FinalisedProof))
    if chit.sealed_by is None:
        sealed = store.chits.get_proof(found, "sealed")
        if sealed is None:
            raise DamagedFile(f"chit {chit.uuid[:8]}")
        return ProvenChit(chit=chit.chit, proof=decode(sealed, SealedProof))
    one = store.sessions.get(chit.sealed_by)
    if one is None or one.entry is None or not one.is_signed_by_all:
        raise DamagedFile(f"chit {chit.uuid[:8]}")
    certificate = one.certificate(store.witnessing.list_votes(one.record.session))
    sealed_proof = SealedProof(
        preflight=one.preflight,
        secret=Salt32.of(one.secret),
        entry=one.entry,
        responses=tuple(one.responses[agent] for agent in one.record.signers),
        signatures=certificate.signatures,
        votes=certificate.votes,
    )
    return ProvenChit(chit=chit.chit, proof=sealed_proof)


def _check_signatures(me: Me, links: list[Stored]) -> list[ActionHash]:
    return [check_signature(one.signed, me.network) for one in links]


def _check(me: Me, one: Stored, prev: Action | None, known: ActionHash | None) -> Action:
    action = one.signed.action
    if action.author != me.agent:
        raise DamagedFile(f"chain at {action.seq}")
    check_link(action, prev, me.network, known)
    if one.entry is not None:
        if one.body is None:
            raise DamagedFile(f"chain at {action.seq}")
        check_entry(action, one.body, one.salt)
    return action
