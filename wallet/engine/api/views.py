"""What is to be drawn: frozen values, made by `queries.py` from the reader connection.

Amounts are integer milli-units seen from our side: a balance > 0 means the
partner owes us.  Times are milliseconds UTC; deadlines carry the engine's own
remaining time as well, so that no screen trusts its own clock.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from wallet.engine.api.views_signing import DeciderView, SignerView
from wallet.model.credit import ALONE, Signing


class Direction(StrEnum):
    """Who normally owes: decides who holds the stock and who the foil."""

    THEY_OWE_ME = "stock"  # we hold the stock
    I_OWE_THEM = "foil"  # we hold the foil


class SideTerms(Struct, frozen=True):
    """What one side grants the other: how much the other may owe it, days of notice."""

    limit: int
    call_days: int = 30


class Contract(Struct, frozen=True):
    """The text both agree to."""

    title: str
    text: str
    digest: str = ""


class TallyState(StrEnum):
    """Where a tally stands; `credit.md`, *Tally*."""

    DRAFT = "draft"
    OFFERED = "offered"  # we signed; waiting for the partner
    RECEIVED = "received"  # the partner signed; needs us
    OPENING = "opening"  # the session that opens it runs
    OPEN = "open"
    VOID = "void"


class ChitState(StrEnum):
    """Where a payment stands; `credit.md`, *Chit*, and the status set of `ux.md` 5.0."""

    WAITING = "waiting"  # unsigned; runs when the partner is back
    SIGNING = "signing"  # a session runs
    UNKNOWN = "unknown"  # not known yet
    GOOD = "good"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    VOID = "void"  # the partner's payment did not come about


class SessionState(StrEnum):
    """States of `countersigning.md` plus the two that a person may meet before them."""

    ASKED = "asked"  # the partner asks us; we decide
    PROPOSED = "proposed"
    PREPARED = "prepared"
    COMMITTED = "committed"
    PARKED = "parked"
    COMPLETED = "completed"
    PAID = "paid"
    RELEASED = "released"
    ABORTED = "aborted"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """H5: done, not done, not known (or still running)."""

    RUNNING = "running"
    DONE = "done"
    NOT_DONE = "not done"
    NOT_KNOWN = "not known"


class SessionAct(StrEnum):
    """What the engine allows the person to do with a session now; the core says, not the screen."""

    STOP = "stop"
    ASK_NOW = "ask now"
    GO_ON = "go on"
    STOP_WAITING = "stop waiting"
    PAY_ANYWAY = "pay anyway"
    ACCEPT = "accept"
    DECLINE = "decline"


class PersonView(Struct, frozen=True):
    """A partner as they described themselves; every text is a stranger's, plain and bounded."""

    account: str
    agent: str
    name: str
    contact: str = ""
    picture: bytes = b""
    online: bool = False
    since: int = 0  # online or offline since; 0: never seen
    others_so_named: int = 0  # other partners whose names look alike


class TallyView(Struct, frozen=True):
    """One tally, from our side."""

    id: str
    state: TallyState
    partner: PersonView
    direction: Direction
    balance: int  # > 0: the partner owes us
    reserved: int  # of what we pay, still open: being signed or not known yet
    we_may_owe: int
    they_may_owe: int
    memo: str = ""
    unit: str = ""
    revision: int = 0
    digest: str = ""  # of the agreement (block 0 when open)
    chits: int = 0
    head: str = ""  # hash of the tally chain's last link
    confirmed: int = 0  # links both halves have confirmed
    auto_accept: bool = True
    accept_per_chit: int | None = None  # accepted unasked up to this; None: no own bound
    accept_per_day: int | None = None
    accepted_today: int = 0  # unasked, where a bound on days counts it
    changed_at: int = 0
    expires_at: int = 0  # of an offer
    session: str = ""  # the one that runs for it
    needs_me: bool = False
    reason: str = ""  # why it is void, in the partner's words
    call_days: int = 30
    amending: bool = False  # other terms that we want wait, or are being asked
    in_doubt: bool = False  # we signed other terms: not known yet which stand

    @property
    def room_to_pay(self) -> int:
        """How much we can pay before we owe more than was agreed (ux.md 5.0)."""
        return max(0, self.balance + self.we_may_owe - self.reserved)

    @property
    def room_to_receive(self) -> int:
        """How much the partner can pay within the agreement."""
        return max(0, self.they_may_owe - self.balance)


class TermsView(Struct, frozen=True):
    """The agreement of a tally as a page; `before` is the one that stood before, if any.

    A contract of `before` has its text only where it is another than now's.
    """

    tally: str
    digest: str
    revision: int
    date: int
    memo: str
    contract: Contract
    direction: Direction
    mine: SideTerms
    theirs: SideTerms
    signed_by_me: bool
    signed_by_partner: bool
    before: TermsView | None = None
    signing: Signing = ALONE  # who decides each payment, unless it says otherwise itself
    session: str = ""  # of an amendment: in which it is asked or signed; empty: it waits


class ChitView(Struct, frozen=True):
    """One chit as a row."""

    uuid: str
    tally: str
    partner: str  # name
    paid_by_me: bool
    amount: int
    memo: str
    reference: str
    date: int
    state: ChitState
    balance_after: int = 0  # of the tally; only when state is GOOD
    index: int = 0  # in the tally chain; 0: not linked yet
    sealed: bool = False
    session: str = ""
    reason: str = ""  # code, as of a session
    reason_text: str = ""  # the partner's own words, plain; on the detail page only
    blamed: str = ""  # uuid of another payment for whose sake a session of several was declined
    history: tuple[tuple[int, str], ...] = ()  # (when, state) for the detail page


class StepView(Struct, frozen=True):
    """One line of a session's progress: `key` names the sentence, `at` when (0: not yet)."""

    key: str
    at: int
    done: bool


class SessionView(Struct, frozen=True):
    """One countersigning session."""

    id: str
    state: SessionState
    outcome: Outcome
    kind: str  # "payment", "open", "amend" or "paper"
    mode: str  # "P": the two alone, "E": an enzyme decides, "Q": witnesses vote
    partner: PersonView  # who asked us, or the first whom we asked
    tally: str
    chit: str  # uuid of the first, or only, chit; empty for an agreement
    amount: int  # of all its chits together
    memo: str  # of the first, or only, chit
    i_pay: bool
    i_started: bool
    started_at: int
    ends_at: int  # wall clock, ours
    remaining: int  # ms until `ends_at` by the engine's monotonic clock, when the view was made
    window: int  # ms between start and end
    signed_by_me: bool
    locked: bool
    acts: tuple[SessionAct, ...]
    steps: tuple[StepView, ...]
    chits: tuple[str, ...] = ()  # uuids; more than one: they stand or fall together
    clock_offset: int = 0  # partner's clock minus ours, ms
    asked_times: int = 0
    next_ask: int = 0  # ms until the next automatic question
    last_heard: int = 0
    reason: str = ""  # code of a decline or release: busy, policy, expired, late …
    reason_text: str = ""  # the partner's own words, plain
    refused_by: str = ""  # the name of who declined, if anybody did; of many signers it is one
    signers: tuple[SignerView, ...] = ()
    deciders: tuple[DeciderView, ...] = ()
    needed: int = 0  # so many of the deciders must vote alike (mode Q)
    i_decide: bool = False  # others' session, of which we know form, places and time only
    title: str = ""  # of a paper
    text: str = ""  # of a paper: what one signs


class InvitationView(Struct, frozen=True):
    """An invitation of ours."""

    id: str
    whom: str
    link: str
    file_text: str  # the same as a file
    qr_text: str  # the same for a QR code (alphanumeric)
    uses: int
    used: int
    expires_at: int
    state: str  # "out", "used", "expired", "revoked"
    direction: Direction
    mine: SideTerms
    theirs: SideTerms
    memo: str = ""
    tallies: tuple[str, ...] = ()


class LinkView(Struct, frozen=True):
    """What a pasted, scanned or opened text is; nothing was contacted.

    `kind`: "invite", "pay", "card", "device", "proof", "statement", or "" with `error` the code of
    the sentence that says why it cannot be used.
    """

    kind: str
    text: str
    error: str = ""
    inviter: PersonView | None = None
    direction: Direction = Direction.I_OWE_THEM  # from OUR side
    mine: SideTerms = SideTerms(0)
    theirs: SideTerms = SideTerms(0)
    memo: str = ""
    contract: Contract | None = None
    unit: str = ""
    expires_at: int = 0
    known_partner: bool = False  # for a card: a witness that we know already
    decides: bool = False  # of a card: it signs last (mode E)
    votes: bool = False  # of a card: it is one of several (mode Q)


class NoticeView(Struct, frozen=True):
    """A line in the list of notices; a newer one about the same subject replaces the older."""

    number: int
    at: int
    key: str  # names the sentence
    category: str  # "needs you", "money", "under way", "safety"
    subject: str
    partner: str = ""
    amount: int = 0
    seen: bool = False
    reason: str = ""


class StatusView(Struct, frozen=True):
    """What the status bar says."""

    connected: bool
    partners: int
    online: int
    sessions: tuple[SessionView, ...]
    waiting: int  # payments that wait for their turn or their partner
    backed_up: bool
    listening: str = ""
    problem: str = ""  # code, e.g. no transport on this system
    unit: str = ""
    clock_offset: int = 0


class HomeView(Struct, frozen=True):
    """Home at one glance; `needs_me` are ids with what they are."""

    name: str
    can_pay: int
    can_receive: int
    owed_to_me: int
    i_owe: int
    tallies: int
    needs_me: tuple[NeedView, ...]
    latest: tuple[ChitView, ...]
    balance_days: tuple[tuple[int, int], ...] = ()  # (day start, total balance)
    backed_up: bool = False


class NeedView(Struct, frozen=True):
    """One thing that waits for the person.

    `kind`: "offer", "payment asked", "terms asked", "paper asked" or "not known".
    """

    kind: str
    subject: str
    partner: str
    amount: int = 0
    memo: str = ""
    at: int = 0


class WalletView(Struct, frozen=True):
    """Who we are."""

    name: str
    account: str
    agent: str
    network: str
    unit: str
    contact: str = ""
    picture: bytes = b""
    locked_by: str = "keyring"  # or "password"
    chain_length: int = 0
    accept_per_day: int | None = None  # on all tallies together, unasked; None: no own bound
    accepted_today: int = 0


class VerifyView(Struct, frozen=True):
    """What a full check found; `problem` empty means sound."""

    actions: int
    tallies: int
    chits: int
    milliseconds: int
    problem: str = ""


class Sort(StrEnum):
    """Columns by which chits may be sorted; each has an index."""

    DATE = "date"
    AMOUNT = "amount"
    PARTNER = "partner"
    STATE = "state"
    MEMO = "memo"


class ChitFilter(Struct, frozen=True):
    """Which chits: all conditions must hold; empty ones do not count."""

    tally: str = ""
    text: str = ""  # words in memo, reference or partner's name (FTS5, prefixes)
    states: tuple[ChitState, ...] = ()
    paid_by_me: bool | None = None
    since: int = 0
    until: int = 0


class ChitOrder(Struct, frozen=True):
    """In which order."""

    by: Sort = Sort.DATE
    descending: bool = True


class ChitIds(Struct, frozen=True):
    """The whole list as row numbers of the store, packed (8 bytes each, native), with its sum."""

    packed: bytes
    count: int
    total_in: int
    total_out: int
