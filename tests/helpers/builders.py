"""Records with good defaults, and the rows they make: a test names only what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wallet.crypto.hashing import Hash, blake, digest, hash_bytes
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.signing import Signer
from wallet.model.credit import Agreement, Chit, Half, Party, Side, Terms, other_half
from wallet.model.identity import Salt, SignedRoot, authority_of, found
from wallet.protocol.countersign.preflight import Dice, Secrets, make_preflight, session_of
from wallet.protocol.countersign.signer import Session
from wallet.protocol.countersign.signer import State as Step
from wallet.protocol.credit.chit import Payment
from wallet.protocol.credit.chit import State as ChitStep
from wallet.protocol.credit.consensus import Books
from wallet.protocol.credit.tally import State as TallyStep
from wallet.protocol.credit.tally import Tally
from wallet.protocol.messages.countersigning import (
    OpenEntry,
    PaymentEntry,
    Seat,
    SessionEntry,
)
from wallet.store.chits import ChitFile
from wallet.store.opening import open_database
from wallet.store.sessions import SessionFile
from wallet.store.store import Store
from wallet.store.tallies import Partner, TallyFile

KEY = bytes(range(32))
NETWORK = NetworkId.of(blake(b"the network of the tests"))
DAY = 86_400_000
NOON = 1_750_000_000_000  # 15 June 2025, some time of the day: when most of the stories happen


def a_salt(*words: object) -> Salt:
    """Sixteen bytes that are always the same for the same words."""
    return Salt.of(blake(repr(words).encode())[:16])


@dataclass(frozen=True)
class Person:
    """Somebody with a key and an account."""

    name: str
    signer: Signer
    root: SignedRoot

    @property
    def agent(self) -> AgentId:
        return self.signer.agent


def a_person(name: str) -> Person:
    """Always the same person for the same name."""
    signer = Signer(blake(b"seed of " + name.encode()))
    return Person(name, signer, found(NETWORK, a_salt("member", name), signer, 1))


ADA = a_person("Ada")
BO = a_person("Bo Berg")


def a_store(folder: Path) -> Store:
    """A real SQLCipher file, empty."""
    return Store(open_database(folder / "wallet.db", KEY))


def an_agreement(
    me: Person = ADA,
    partner: Person = BO,
    *,
    half: Half = "stock",
    they_may_owe: int = 100_000,
    i_may_owe: int = 60_000,
    number: int = 1,
    revision: int = 1,
    memo: str = "",
) -> Agreement:
    """What both sign; `half` is the one that `me` holds."""
    mine = Side(
        party=Party(root=me.root, name=me.name, salt=a_salt("party", me.name, number)),
        terms=Terms(limit=they_may_owe),
    )
    theirs = Side(
        party=Party(root=partner.root, name=partner.name, salt=a_salt("party", partner, number)),
        terms=Terms(limit=i_may_owe, call=14),
    )
    sides = {half: mine, other_half(half): theirs}
    return Agreement(
        version=1,
        revision=revision,
        uuid=a_salt("tally", partner.name, number),
        network=NETWORK,
        date=NOON - 100 * DAY,
        agree=hash_bytes(b"We keep our word."),
        unit="hour",
        stock=sides["stock"],
        foil=sides["foil"],
        memo=memo,
    )


def a_tally(
    store: Store,
    partner: Person = BO,
    *,
    state: TallyStep = TallyStep.OPEN,
    agreement: Agreement | None = None,
    half: Half = "stock",
    balance: int = 0,
    chits: int = 0,
    mine: bool = False,
    changed_at: int = NOON,
    former: Agreement | None = None,
    reason: str = "",
    number: int = 1,
) -> TallyFile:
    """A tally with its partner, written."""
    standing = agreement or an_agreement(partner=partner, half=half, number=number)
    block = digest(standing)
    books = Books(tally=block, half=half) if state is TallyStep.OPEN else None
    one = TallyFile(
        record=Tally(
            uuid=standing.uuid,
            partner=partner.agent,
            half=half,
            state=state,
            revision=standing.revision,
            digest=block,
            mine=mine,
            reason=reason,
        ),
        account=partner.root.account,
        created_at=changed_at,
        agreement=standing,
        contract="We keep our word.",
        former=former,
        books=books,
        balance=balance,
        chits=chits,
    )
    with store.database.transaction():
        store.partners.save(Partner(partner.agent, partner.root.account, partner.name))
        store.tallies.save(one, changed_at)
    return one


def a_chit(
    store: Store,
    tally: TallyFile,
    number: int = 1,
    *,
    mine: bool = False,
    units: int = 12_500,
    memo: str = "eggs",
    ref: str = "",
    date: int = NOON,
    state: ChitStep = ChitStep.GOOD,
    session: Hash | None = None,
    reason: str = "",
    place: int = 0,
    balance_after: int = 0,
) -> ChitFile:
    """A chit on this tally, written."""
    assert tally.record.digest is not None
    half = tally.record.half
    chit = Chit(
        tally=tally.record.digest,
        uuid=a_salt("chit", tally.uuid, number),
        by=half if mine else other_half(half),
        type="tran",
        date=date,
        units=units,
        memo=memo,
        ref=ref,
    )
    record = Payment(
        uuid=chit.uuid, tally=chit.tally, mine=mine, state=state, session=session, reason=reason
    )
    name = store.partners.get(tally.record.partner)
    one = ChitFile(
        record,
        chit,
        tally.uuid,
        name.name if name else "",
        place=place,
        balance_after=balance_after,
    )
    with store.database.transaction():
        store.chits.save(one, date)
        store.tidy()
    found = store.chits.get(one.uuid)
    assert found is not None
    return found


def a_session(
    store: Store,
    partner: Person = BO,
    *,
    chit: ChitFile | None = None,
    tally: TallyFile | None = None,
    state: Step = Step.PREPARED,
    initiator: bool = True,
    start: int = NOON,
    window: int = 60_000,
    past_end: bool = False,
    asked: int = 0,
    reason: str = "",
    text: str = "",
    number: int = 1,
) -> SessionFile:
    """A session for this chit, or else for opening this tally, written."""
    authorities = (authority_of(ADA.root), authority_of(partner.root))
    entry: SessionEntry
    if chit is not None:
        entry = PaymentEntry(chits=(chit.chit,), authorities=authorities)
        i_pay = chit.record.mine
        roles = ("payer", "payee") if i_pay else ("payee", "payer")
        subject = chit.uuid
    else:
        assert tally is not None
        assert tally.agreement is not None
        entry = OpenEntry(agreement=tally.agreement, authorities=authorities)
        i_pay = False
        roles = ("initiator", "acceptor") if initiator else ("acceptor", "initiator")
        subject = tally.uuid
    seats = (Seat(agent=ADA.agent, role=roles[0]), Seat(agent=partner.agent, role=roles[1]))  # type: ignore[arg-type]
    signers = seats if initiator else seats[::-1]
    seed = blake(repr((subject, number)).encode())
    dice = Dice(nonce=seed[:16], secret=seed * 2, ephemeral=seed, box=seed[:24])
    secrets = Secrets.of(dice.secret)
    preflight, _ = make_preflight(NETWORK, entry, signers, start, window, dice)
    session = session_of(preflight)
    record = Session(
        session=session,
        me=ADA.agent,
        signers=tuple(seat.agent for seat in signers),
        kind=preflight.kind,
        completer=i_pay if chit is not None else initiator,
        initiator=initiator,
        payer=chit is not None and i_pay,
        payee=chit is not None and not i_pay,
        state=state,
        past_end=past_end,
        asked=asked,
        reason=reason,
    )
    one = SessionFile(
        record, partner.agent, subject, start, preflight, secrets, entry, window, text=text
    )
    with store.database.transaction():
        store.sessions.add(one, start)
    return one
