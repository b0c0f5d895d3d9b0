"""The laws of the simulated world: after every event, and in full when all is quiet.

Source: house.md 3.12, countersigning.md (R1, R2, R4, *Invariants*), credit.md, *Consensus*.  A law
looks at disks and at what left the houses, never at what a wallet says of itself.
"""

from __future__ import annotations

from itertools import pairwise

from tests.sim.world import Wallet, World
from wallet.crypto.encoding import decode
from wallet.engine.audit import verify_all
from wallet.engine.work import Ready
from wallet.model.actions import hash_action
from wallet.protocol.countersign.preflight import derive_action
from wallet.protocol.credit import chit as chits
from wallet.protocol.messages.countersigning import (
    ParkEntry,
    SessionSignature,
    SlotEvidence,
    Status,
)
from wallet.protocol.messages.frame import read_frame

DONE = ("completed", "paid")
UNDONE = ("released", "aborted", "cancelled")
OVER = DONE + UNDONE
SETTLED_CHITS = ("good", "withdrawn", "refused", "void")


class Laws:
    """Checks the honest wallets of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.honest = [name for name in world.wallets if name not in world.liars]
        self.promised: dict[tuple[str, int], str] = {}  # (author, place) → action, label promise
        self.shown: dict[tuple[str, int], str] = {}  # the same, label action
        self.chain: dict[tuple[str, int], str] = {}  # what disks held once
        self.seen: dict[str, int] = dict.fromkeys(self.honest, -1)
        self.sessions: dict[str, dict[str, str]] = {}  # session → honest wallet → state
        self.bare: set[str] = set()  # uuids of chits that left bare
        world.on_leaving.append(self.note_leaving)
        world.after_event.append(self.check_touched)

    def broken(self, law: str, *what: object) -> None:
        self.world.troubles.append((law, " ".join(str(one) for one in what)))

    # What leaves ----------------------------------------------------------------

    def note_leaving(self, _: World, wallet: Wallet, ready: Ready) -> None:
        """Keep every signature that leaves a house: two at one place are a fork (R1, R4)."""
        if wallet.name not in self.honest:
            return
        frame = read_frame(ready.frame[4:])
        if frame.kind == SessionSignature.KIND:
            self._note_promise(wallet, decode(bytes(frame.body), SessionSignature).session)
        elif frame.kind == Status.KIND:
            evidence = decode(bytes(frame.body), Status).evidence
            if isinstance(evidence, SlotEvidence):
                action = evidence.action.action
                place, found = (action.author, action.seq), hash_action(action)
                if self.shown.setdefault(place, found) != found:
                    self.broken("no fork", wallet.name, "showed two actions at", action.seq)

    def _note_promise(self, wallet: Wallet, session: str) -> None:
        one = wallet.store.sessions.get(session)
        body = one.responses[wallet.agent].body if one and wallet.agent in one.responses else None
        if one is None or one.data is None or body is None:
            self.broken("write before send", wallet.name, "a signature without its row")
            return
        found = hash_action(derive_action(one.preflight, one.secret, one.data, body))
        if self.promised.setdefault((wallet.agent, body.seq), found) != found:
            self.broken("no fork", wallet.name, "promised two actions at", body.seq)

    # After every event ---------------------------------------------------------------

    def check_touched(self, world: World) -> None:
        for name in world.touched:
            if name in self.honest:
                wallet = world.wallets[name]
                self._check_lock(wallet)
                self._check_chain(wallet)
                self._check_states(wallet)
                self._check_balances(wallet)

    def _check_lock(self, wallet: Wallet) -> None:
        rows = wallet.store.database.fetch_all(
            "SELECT session, state FROM session WHERE state IN"
            " ('prepared', 'committed', 'proposed')"
        )
        live = [row[0] for row in rows if row[1] != "proposed"]
        locks = [row[0] for row in wallet.store.database.fetch_all("SELECT session FROM lock")]
        if locks != live or len(live) > 1:
            self.broken("lock: exactly one live session", wallet.name, locks, live)
        if len(rows) - len(live) > 1:
            self.broken("at most one own proposal", wallet.name)

    def _check_chain(self, wallet: Wallet) -> None:
        """What was on the disk stays, without gaps; a promised place holds what was promised."""
        rows = wallet.store.database.fetch_all(
            "SELECT seq, hash FROM action WHERE seq >= ? ORDER BY seq",
            (max(0, self.seen[wallet.name]),),
        )
        if any(after[0] != before[0] + 1 for before, after in pairwise(rows)):
            self.broken("no gap in the chain", wallet.name)
        for seq, found in rows:
            place = (wallet.agent, seq)
            if self.chain.setdefault(place, found) != found:
                self.broken("no fork", wallet.name, "rewrote", seq)
            if self.shown.get(place, found) != found:
                self.broken("no fork", wallet.name, "showed something else than stands at", seq)
            promised = self.promised.get(place, found)
            if promised != found and not self._is_park(wallet, seq):
                self.broken("no fork", wallet.name, "promised something else than stands at", seq)
        if rows:
            self.seen[wallet.name] = rows[-1][0]
        elif self.seen[wallet.name] >= 0:
            self.broken("no fork", wallet.name, "lost its chain")

    def _is_park(self, wallet: Wallet, seq: int) -> bool:
        stored = wallet.store.chains.get_at(wallet.agent, seq)
        if stored is None or stored.kind != "session_park" or stored.body is None:
            return False
        park = decode(stored.body, ParkEntry)
        one = wallet.store.sessions.get(park.session)
        return one is not None and one.responses[wallet.agent].body.seq == seq

    def _check_states(self, wallet: Wallet) -> None:
        """Nobody is COMPLETED while a fellow signer is RELEASED, ABORTED or CANCELLED."""
        for session, state in wallet.store.database.fetch_all("SELECT session, state FROM session"):
            all_states = self.sessions.setdefault(session, {})
            before = all_states.get(wallet.name)
            if before == state:
                continue
            if before in OVER:
                self.broken("an end is final", wallet.name, session[:8], before, state)
            all_states[wallet.name] = state
            ends = set(all_states.values())
            if ends & set(DONE) and ends & set(UNDONE):
                self.broken("all signers end alike", session[:8], sorted(all_states.items()))

    def _check_balances(self, wallet: Wallet) -> None:
        """What counts is what is shown, and each chit that counts is linked once."""
        for uuid, balance, count in wallet.store.database.fetch_all(
            "SELECT uuid, balance, chits FROM tally WHERE state = 'open'"
        ):
            total, number, links = wallet.store.database.fetch_one(  # type: ignore[misc]
                "SELECT coalesce(sum(CASE WHEN mine THEN -units ELSE units END), 0), count(*),"
                " (SELECT count(DISTINCT chit) FROM link WHERE tally = ?1)"
                " FROM chit WHERE tally = ?1 AND state = 'good'",
                (uuid,),
            )
            if (balance, count) != (total, number) or links != number:
                self.broken("the balance is the sum", wallet.name, balance, total, links, number)
            self._check_money(wallet, uuid)
            self._check_prefix(wallet, uuid)

    def _check_money(self, wallet: Wallet, uuid: str) -> None:
        """A payee counts nothing that the payer did not sign away."""
        other = self._other_half(wallet, uuid)
        if other is None:
            return
        for found, state in other.store.database.fetch_all(
            "SELECT uuid, state FROM chit WHERE tally = ? AND mine = 1 AND state != 'good'", (uuid,)
        ):
            row = wallet.store.database.fetch_one("SELECT state FROM chit WHERE uuid = ?", (found,))
            if row is not None and row[0] == "good":
                self.broken("money is conserved", wallet.name, "counts what the payer holds", state)

    def _check_prefix(self, wallet: Wallet, uuid: str) -> None:
        other = self._other_half(wallet, uuid)
        mine = wallet.store.tallies.get(uuid)
        theirs = other.store.tallies.get(uuid) if other else None
        if other is None or not mine or not theirs or not mine.books or not theirs.books:
            return
        for books in (mine.books, theirs.books):
            if books.state.value != "alike":
                self.broken("halves agree", wallet.name, "copies differ")
        place = max(mine.books.confirmed, theirs.books.confirmed)
        place = min(place, mine.books.end, theirs.books.end)
        if place:
            one = wallet.store.chits.get_link(uuid, place)
            two = other.store.chits.get_link(uuid, place)
            if one is None or two is None or one.hash != two.hash:
                self.broken("halves agree on the confirmed prefix", wallet.name, "at", place)

    def _other_half(self, wallet: Wallet, uuid: str) -> Wallet | None:
        row = wallet.store.database.fetch_one("SELECT partner FROM tally WHERE uuid = ?", (uuid,))
        name = self.world.by_agent.get(row[0]) if row else None
        return self.world.wallets[name] if name in self.honest else None

    # At the end -----------------------------------------------------------------------

    def check_slots(self) -> None:
        """What stands at a promised place agrees with how the session ended."""
        for name in self.honest:
            wallet = self.world.wallets[name]
            for (session,) in wallet.store.database.fetch_all("SELECT session FROM session"):
                one = wallet.store.sessions.get(session)
                assert one is not None
                response = one.responses.get(wallet.agent)
                if response is None or one.data is None:
                    continue
                body, state = response.body, one.record.state.value
                action = hash_action(derive_action(one.preflight, one.secret, one.data, body))
                stands = self.chain.get((wallet.agent, body.seq)) == action
                if stands and state != "completed":
                    self.broken("slot agrees with state", name, session[:8], state)
                parked = self._is_park(wallet, body.seq)
                if state == "completed" and one.record.stopped:
                    self.broken("who stopped never finalises", name, session[:8])
                if state == "completed" and not stands and not parked:
                    self.broken("slot agrees with state", name, session[:8], "has no action")

    def check_proofs(self) -> None:
        """Every chain, every tally chain, every proof and every balance, from the rows alone."""
        for name in self.honest:
            wallet = self.world.wallets[name]
            found = verify_all(wallet.store.database, wallet.pump.me, wallet.clock)
            if found.problem:
                self.broken("all verifies", name, found.problem)

    def is_at_rest(self) -> bool:
        """Whether nothing is under way in any honest wallet."""
        return not any(True for _ in self._unrest())

    def check_rest(self) -> None:
        """All is calm and enough time has passed: everything has ended, and everyone agrees."""
        for what in self._unrest():
            self.broken("at rest everyone agrees", what)

    def _unrest(self):
        for name in self.honest:
            wallet = self.world.wallets[name]
            fetch = wallet.store.database.fetch_all
            strict = not self.world.liars
            for table in ("lock", "observation"):
                if fetch(f"SELECT 1 FROM {table}"):
                    yield f"{name}: {table} is not empty"
            over = OVER if strict else (*OVER, "parked")
            for session, state in fetch("SELECT session, state FROM session"):
                if state not in over:
                    yield f"{name}: session {session[:8]} {state}"
            if not strict:
                continue
            for kind in self._owed(wallet):
                yield f"{name}: outbox holds {kind}"
            for uuid, state in fetch("SELECT uuid, state FROM chit"):
                if state not in SETTLED_CHITS:
                    yield f"{name}: chit {uuid[:8]} {state}"
            for machine, key in fetch("SELECT machine, key FROM wish"):
                yield f"{name}: still wants {machine} {key[:8]}"
            for machine, key, timer in fetch("SELECT machine, key, name FROM timer"):
                if timer != "offer":
                    yield f"{name}: timer {machine} {key[:8]} {timer}"
            yield from self._unlike_halves(wallet)

    def _owed(self, wallet: Wallet) -> list[str]:
        return [row[0] for row in wallet.store.database.fetch_all("SELECT kind FROM outbox")]

    def _unlike_halves(self, wallet: Wallet):
        for uuid, state in wallet.store.database.fetch_all("SELECT uuid, state FROM tally"):
            other = self._other_half(wallet, uuid)
            mine = wallet.store.tallies.get(uuid)
            theirs = other.store.tallies.get(uuid) if other else None
            if other is None or mine is None or theirs is None:
                continue
            both = {state, theirs.record.state.value}
            if both != {"open"} and ("void" not in both or both & {"open", "opening", "draft"}):
                yield f"{wallet.name}: tally {state}, {other.name}: {theirs.record.state.value}"
            if mine.books is None or theirs.books is None:
                continue
            if mine.agreement != theirs.agreement:
                yield f"{wallet.name}: stands on other terms than {other.name}"
            if mine.record.session or mine.record.amending:
                yield f"{wallet.name}: a change of terms is not over"
            if mine.balance != -theirs.balance:
                yield f"{wallet.name}: {mine.balance}, {other.name}: {theirs.balance}"
            same = mine.books.end_hash == theirs.books.end_hash
            if not same or mine.books.confirmed != mine.books.end:
                yield f"{wallet.name}: books {mine.books.end}/{mine.books.confirmed} {same}"
            unlike = [
                uuid
                for uuid, here in wallet.store.database.fetch_all(
                    "SELECT uuid, state FROM chit WHERE tally = ?", (uuid,)
                )
                if (here == chits.State.GOOD.value) != self._is_good(other, uuid)
            ]
            if unlike:
                yield f"{wallet.name}: {len(unlike)} chits count on one side only"

    def _is_good(self, wallet: Wallet, uuid: str) -> bool:
        row = wallet.store.database.fetch_one("SELECT state FROM chit WHERE uuid = ?", (uuid,))
        return row is not None and row[0] == chits.State.GOOD.value
