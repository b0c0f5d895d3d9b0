"""Step 1: the tables of the first release.

Identifiers are text as records.md writes them; bodies are canonical JSON.  What a payment writes
is laid out to touch few pages: each one is encrypted, authenticated and written at the COMMIT
that the payment waits for.  So large rows are kept in the order of their coming (a number as
key), and what happened to a record stands in it.  A row that is new or under way is *loose*: found
by a small index of its own.  It enters the large ones, whose pages lie anywhere, with others and
in a transaction that nobody waits for (`Store.tidy`).

Columns marked *derived* can be made again from the chain and the proofs (house.md 3.8) and are
checked by `check`.  Amounts are milli-units, wall-clock times milliseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping

from wallet.store.database import Database

_TABLES = """
CREATE TABLE profile (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE chain (number INTEGER PRIMARY KEY, agent TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE action (
    place INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL,
    signature TEXT NOT NULL, timestamp INTEGER NOT NULL, entry TEXT, salt BLOB, kind TEXT,
    content BLOB) STRICT;

CREATE TABLE observation (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL) STRICT;

CREATE TABLE lock (
    agent TEXT PRIMARY KEY, session TEXT NOT NULL, since INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;

CREATE TABLE session (
    number INTEGER PRIMARY KEY, session TEXT NOT NULL, state TEXT NOT NULL,
    partner TEXT NOT NULL, subject TEXT NOT NULL, started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL, record BLOB NOT NULL, preflight BLOB NOT NULL,
    secret BLOB NOT NULL, entry BLOB, data TEXT, wait INTEGER NOT NULL,
    text TEXT NOT NULL, proof BLOB, unasked INTEGER NOT NULL DEFAULT 0,
    steps TEXT NOT NULL DEFAULT '', loose INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE UNIQUE INDEX session_loose ON session (session) WHERE loose = 1;
CREATE UNIQUE INDEX session_by_name ON session (session) WHERE loose = 0;
CREATE INDEX session_of_others ON session (state) WHERE entry IS NULL;

CREATE TABLE paper (session INTEGER PRIMARY KEY REFERENCES session (number)) STRICT;

CREATE TABLE collect (place INTEGER PRIMARY KEY, response BLOB, signature TEXT) STRICT;

CREATE TABLE ballot (
    number INTEGER PRIMARY KEY, session TEXT NOT NULL, state TEXT NOT NULL,
    client TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0,
    record BLOB NOT NULL, preflight BLOB NOT NULL, secret BLOB NOT NULL, data BLOB NOT NULL) STRICT;
CREATE INDEX ballot_open ON ballot (client)
    WHERE state IN ('no vote', 'collecting', 'asking');
CREATE INDEX ballot_by_client ON ballot (client, started_at);

CREATE TABLE ballot_signature (
    session TEXT NOT NULL, agent TEXT NOT NULL, signature TEXT NOT NULL,
    PRIMARY KEY (session, agent)) STRICT, WITHOUT ROWID;

CREATE TABLE vote (
    number INTEGER PRIMARY KEY, session TEXT NOT NULL, witness TEXT NOT NULL, data TEXT NOT NULL,
    body BLOB NOT NULL, UNIQUE (session, witness, data)) STRICT;

CREATE TABLE slot (
    signer TEXT NOT NULL, seq INTEGER NOT NULL, action TEXT NOT NULL, session TEXT NOT NULL,
    PRIMARY KEY (signer, seq)) STRICT, WITHOUT ROWID;

CREATE TABLE lie (
    witness TEXT NOT NULL, session TEXT NOT NULL, one BLOB NOT NULL, other BLOB NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (witness, session)) STRICT, WITHOUT ROWID;

CREATE TABLE witness (
    agent TEXT PRIMARY KEY, name TEXT NOT NULL, address BLOB NOT NULL, since INTEGER NOT NULL,
    role TEXT NOT NULL, decides INTEGER NOT NULL, votes INTEGER NOT NULL,
    completed INTEGER NOT NULL DEFAULT 0, aborted INTEGER NOT NULL DEFAULT 0,
    silent INTEGER NOT NULL DEFAULT 0, last_at INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
    author TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, action BLOB NOT NULL,
    PRIMARY KEY (author, seq, hash)) STRICT, WITHOUT ROWID;

CREATE TABLE promised (
    agent TEXT PRIMARY KEY, seq INTEGER NOT NULL, session TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tombstone (session TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE lock_use (
    partner TEXT NOT NULL, at INTEGER NOT NULL, held INTEGER NOT NULL) STRICT;
CREATE INDEX lock_use_by_partner ON lock_use (partner, at);

CREATE TABLE wish (
    machine TEXT NOT NULL, key TEXT NOT NULL, partner TEXT NOT NULL, since INTEGER NOT NULL,
    tries INTEGER NOT NULL, PRIMARY KEY (machine, key)) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
    uuid TEXT PRIMARY KEY, state TEXT NOT NULL, partner TEXT NOT NULL, account TEXT NOT NULL,
    half TEXT NOT NULL, digest TEXT, balance INTEGER NOT NULL DEFAULT 0,
    chits INTEGER NOT NULL DEFAULT 0, auto_accept INTEGER NOT NULL DEFAULT 1,
    partner_asks INTEGER NOT NULL DEFAULT 0, asks_number INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, invitation TEXT,
    record BLOB NOT NULL, books BLOB, accept_chit INTEGER, accept_day INTEGER)
    STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tally_by_digest ON tally (digest);
CREATE INDEX tally_by_partner ON tally (partner);

CREATE TABLE terms (
    tally TEXT PRIMARY KEY REFERENCES tally (uuid), agreement BLOB, my_signature TEXT,
    partner_signature TEXT, contract TEXT NOT NULL, former BLOB, former_contract TEXT NOT NULL,
    amendment BLOB, amendment_contract TEXT NOT NULL) STRICT;

CREATE TABLE unasked (
    tally TEXT NOT NULL, day INTEGER NOT NULL, units INTEGER NOT NULL,
    PRIMARY KEY (tally, day)) STRICT, WITHOUT ROWID;

CREATE TABLE partner (
    agent TEXT PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, contact TEXT NOT NULL,
    picture BLOB NOT NULL, address BLOB, issued INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE chit (
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL, tally TEXT NOT NULL REFERENCES tally (uuid),
    digest TEXT NOT NULL, mine INTEGER NOT NULL, units INTEGER NOT NULL,
    date INTEGER NOT NULL, memo TEXT NOT NULL, ref TEXT NOT NULL, partner_name TEXT NOT NULL,
    state TEXT NOT NULL, session TEXT, sealed_by TEXT, place INTEGER NOT NULL DEFAULT 0,
    balance_after INTEGER NOT NULL DEFAULT 0, sealed INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL, record BLOB NOT NULL, body BLOB NOT NULL,
    steps TEXT NOT NULL DEFAULT '', loose INTEGER NOT NULL DEFAULT 1,
    listed INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX chit_loose ON chit (uuid) WHERE loose = 1;
CREATE UNIQUE INDEX chit_by_uuid ON chit (uuid) WHERE loose = 0;
CREATE UNIQUE INDEX chit_by_digest ON chit (digest) WHERE loose = 0;
CREATE INDEX chit_by_date ON chit (date, id, mine, units) WHERE listed = 1;
CREATE INDEX chit_by_units ON chit (units, id) WHERE listed = 1;
CREATE INDEX chit_by_partner ON chit (partner_name, id) WHERE listed = 1;
CREATE INDEX chit_by_state ON chit (state, id, date, mine, units) WHERE listed = 1;
CREATE INDEX chit_by_memo ON chit (memo, id) WHERE listed = 1;
CREATE INDEX chit_by_tally ON chit (tally, date, id) WHERE listed = 1;

CREATE VIRTUAL TABLE chit_text USING fts5(
    memo, ref, partner_name, content='', contentless_delete=1,
    tokenize="unicode61 remove_diacritics 2");

CREATE TABLE proof (
    digest TEXT NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (digest, kind)) STRICT, WITHOUT ROWID;

CREATE TABLE link (
    tally TEXT NOT NULL, place INTEGER NOT NULL, chit TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (tally, place)) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, key TEXT NOT NULL, code TEXT NOT NULL,
    whom TEXT NOT NULL, draft BLOB NOT NULL, contract TEXT NOT NULL, uses INTEGER NOT NULL,
    used INTEGER NOT NULL, open_unseen INTEGER NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    key INTEGER PRIMARY KEY, number INTEGER NOT NULL, id TEXT NOT NULL, recipient TEXT NOT NULL,
    kind TEXT NOT NULL, session TEXT, frame BLOB NOT NULL) STRICT;

CREATE TABLE heard (id TEXT PRIMARY KEY, refusal INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE timer (
    machine TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, due INTEGER NOT NULL,
    wait INTEGER NOT NULL, PRIMARY KEY (machine, key, name)) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, category TEXT NOT NULL,
    subject TEXT NOT NULL, partner TEXT NOT NULL, amount INTEGER NOT NULL,
    reason TEXT NOT NULL) STRICT;
"""


def create(database: Database) -> None:
    """Make the tables, one statement at a time: a script would commit in the middle."""
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            database.execute(statement)


COMMENTS: Mapping[str, str] = {
    "profile": "Small facts about this profile, one a row.",
    "profile.key": "Name of the fact.",
    "profile.value": "The fact, as text.",
    "chain": "The source chains of this wallet's agents.",
    "chain.number": "Order.",
    "chain.agent": "Author.",
    "action": "The source chains: every link this wallet's agents ever signed, with its entry.",
    "action.place": "The chain's number × 2⁴⁰ + seq: links lie in their order.",
    "action.seq": "Place on the author's chain, from 0 without gaps.",
    "action.hash": "The action's id.",
    "action.body": "The action, canonical.",
    "action.signature": "The author's signature, label action.",
    "action.timestamp": "Public time in microseconds UTC.",
    "action.entry": "Id of the entry it is about, if any; for a private one nobody else knows it.",
    "action.salt": "Salt of the commitment to a private entry.",
    "action.kind": "What the entry is: payment, open, session_park, chit, identity_link.",
    "action.content": "The entry, canonical.",
    "observation": "Entries that wait for the chain lock to be free, in order.",
    "observation.id": "Order.",
    "observation.kind": "As in action.",
    "observation.body": "The entry, canonical.",
    "lock": "The chain lock: held by exactly one live session.",
    "lock.agent": "Whose chain is locked.",
    "lock.session": "For which session (F).",
    "lock.since": "When it was taken.",
    "session": "Countersigning sessions, running and ended.",
    "session.number": "Order in which we came to know of them.",
    "session.session": "F: hash of the preflight.",
    "session.state": "State of the table countersigning.",
    "session.partner": "The other signer.",
    "session.subject": "What it is for: the first chit's uuid, or the tally's.",
    "session.started_at": "When we first heard or made it.",
    "session.changed_at": "When its state last changed.",
    "session.record": "What decides, canonical.",
    "session.preflight": "The preflight, canonical.",
    "session.secret": "The session secret k, and behind it the key of the entry.",
    "session.entry": "The entry, canonical; none where we are the enzyme, who never reads it.",
    "session.data": "SD: hash of the session data, once known.",
    "session.wait": "Length of the window as we measured it, ms.",
    "session.proof": "What proved that it can never complete, canonical, to show it to others.",
    "session.text": "The partner's own words, if it declined.",
    "session.unasked": "Milli-units counted against a day's bound, given back if not done.",
    "session.steps": "What happened and when, a line each: ms, name of the sentence, who said it:"
    " a place among the signers, or an agent.",
    "session.loose": "1: runs, or ended after the last tidying; 0: at rest.",
    "paper": "Which sessions are about a paper, to list them.",
    "paper.session": "The session's number.",
    "collect": "Responses and session signatures of a session, the first valid one of each.",
    "collect.place": "The session's number × 16 + the place of who signed among the signers.",
    "collect.response": "The response, canonical.",
    "collect.signature": "The session signature, label promise (or action, once finalised).",
    "ballot": "Sessions that we witness, or witnessed (mode Q).",
    "ballot.number": "Order.",
    "ballot.session": "F.",
    "ballot.state": "State of the table witness.",
    "ballot.client": "Who asked first.",
    "ballot.started_at": "When it asked.",
    "ballot.ended_at": "When we voted; 0: not yet.",
    "ballot.record": "What decides, canonical.",
    "ballot.preflight": "The preflight, canonical.",
    "ballot.secret": "The session secret k; no witness can read the entry.",
    "ballot.data": "The session data, canonical.",
    "ballot_signature": "Session signatures that a witness collected, the first valid one of each.",
    "ballot_signature.session": "F.",
    "ballot_signature.agent": "Whose.",
    "ballot_signature.signature": "The session signature, label promise (or action).",
    "vote": "Votes about sessions: our own and those that were shown to us; two of a liar.",
    "vote.number": "Order.",
    "vote.session": "F.",
    "vote.witness": "Whose.",
    "vote.data": "SD, the session data that it is a commit to; empty: an abort.",
    "vote.body": "The signed vote, canonical.",
    "slot": "Places on others' chains for which we voted commit: one action each.",
    "slot.signer": "Whose chain.",
    "slot.seq": "Which place.",
    "slot.action": "The session action's id.",
    "slot.session": "F.",
    "lie": "Two votes of one witness about one session: proof against it.",
    "lie.witness": "Whose.",
    "lie.session": "F.",
    "lie.one": "The vote that we knew, canonical.",
    "lie.other": "The one that contradicts it, canonical.",
    "lie.at": "When we saw both.",
    "witness": "Who decides or votes for us, and how it did.",
    "witness.agent": "Its agent.",
    "witness.name": "Its name, a stranger's text.",
    "witness.address": "Where it is reached, canonical.",
    "witness.since": "Since when we know it.",
    "witness.role": "chosen by the person, offered, named in a tally or only in a session.",
    "witness.decides": "1: it signs last as an enzyme (mode E), as far as we know.",
    "witness.votes": "1: it votes as one of several (mode Q), as far as we know.",
    "witness.completed": "Sessions it helped to complete.",
    "witness.aborted": "Sessions it decided or voted to abort.",
    "witness.silent": "Times we had to ask after the end.",
    "witness.last_at": "When it last decided or voted.",
    "seen": "Links of other agents' chains that were shown to us: two at one place are a fork.",
    "seen.author": "Whose chain.",
    "seen.seq": "Place on it.",
    "seen.hash": "The action's id.",
    "seen.action": "The action with its signature (label action), canonical: the evidence.",
    "promised": "The newest place on each other agent's chain that it promised to us.",
    "promised.agent": "Whose chain.",
    "promised.seq": "Which place.",
    "promised.session": "F: the response itself stands in collect.",
    "tombstone": "Sessions that can never live again (R3).",
    "tombstone.session": "F.",
    "tombstone.until": "When the stone may go.",
    "lock_use": "Locks by partners' sessions that came to nothing: the lock budget (R10).",
    "lock_use.partner": "Whose session it was.",
    "lock_use.at": "When it ended.",
    "lock_use.held": "How long our chain was locked, ms.",
    "wish": "Sessions that are wanted: they run when the partner is there and the chain is free.",
    "wish.machine": "Which table wants it: chit or tally.",
    "wish.key": "Which record.",
    "wish.partner": "With whom.",
    "wish.since": "Since when; the oldest goes first.",
    "wish.tries": "How often it was tried.",
    "tally": "Tallies.",
    "tally.uuid": "The tally's uuid.",
    "tally.state": "State of the table tally.",
    "tally.partner": "The partner's keeper.",
    "tally.account": "The partner's account.",
    "tally.half": "The half we hold.",
    "tally.digest": "Digest of the offer that stands; block 0 when open, whatever came after.",
    "tally.balance": "Net from our side; above 0 the partner owes us. Derived.",
    "tally.chits": "How many chits count. Derived.",
    "tally.auto_accept": "1: money that comes in is accepted without asking.",
    "tally.partner_asks": "1: at the partner a person looks first, so sessions get more time.",
    "tally.asks_number": "Number of the last note about that, ours and theirs.",
    "tally.created_at": "When it was drafted or came.",
    "tally.changed_at": "When anything of it last changed.",
    "tally.invitation": "The invitation it came from.",
    "tally.record": "What decides, canonical.",
    "tally.books": "Where our half of the tally chain stands, canonical.",
    "tally.accept_chit": "Accepted without asking up to this for one chit; NULL: no own bound.",
    "tally.accept_day": "The same for all chits of a UTC day; NULL: no own bound.",
    "terms": "What a tally rests on; apart from it, because it is long and hardly ever changes.",
    "terms.tally": "The tally's uuid.",
    "terms.agreement": "The agreement that stands, canonical.",
    "terms.my_signature": "Our signature under it (offer).",
    "terms.partner_signature": "The partner's signature under it (offer).",
    "terms.contract": "The text whose hash is in the agreement.",
    "terms.former": "The agreement that stood before, for the comparison.",
    "terms.former_contract": "Its contract's text, where it was another.",
    "terms.amendment": "Open: the agreement we want instead, canonical, until it is settled.",
    "terms.amendment_contract": "Its contract's text, if it is another.",
    "unasked": "What was accepted without asking where a day's bound has to know.",
    "unasked.tally": "On which tally.",
    "unasked.day": "Days since 1970, UTC.",
    "unasked.units": "Milli-units of that day, without what came to nothing.",
    "partner": "The accounts we have tallies with, as they described themselves.",
    "partner.agent": "Its keeper.",
    "partner.account": "Its account.",
    "partner.name": "Its name, a stranger's text.",
    "partner.contact": "Its contact lines, a stranger's text.",
    "partner.picture": "Its picture.",
    "partner.address": "Where its wallet was last to be reached, canonical.",
    "partner.issued": "When it said so, by its own clock.",
    "partner.seen_at": "When a link to it last stood.",
    "chit": "Chits: ours and the partners', whatever their state.",
    "chit.id": "Row number: lists name chits by it.",
    "chit.uuid": "The chit's uuid; it counts once.",
    "chit.tally": "Its tally's uuid.",
    "chit.digest": "Hash of the chit.",
    "chit.mine": "1: we pledge.",
    "chit.units": "Amount in milli-units.",
    "chit.date": "The chit's date.",
    "chit.memo": "What for.",
    "chit.ref": "Reference.",
    "chit.partner_name": "The partner's name, for sorting and search.",
    "chit.state": "State of the table chit.",
    "chit.session": "The session that runs or ran for it.",
    "chit.sealed_by": "The session of ours whose rows prove that it counts.",
    "chit.place": "Its place in the tally chain; 0: none yet. Derived.",
    "chit.balance_after": "The tally's balance after it, in the chain's order. Derived.",
    "chit.sealed": "1: a session sealed it on both chains.",
    "chit.changed_at": "When its state last changed.",
    "chit.record": "What decides, canonical.",
    "chit.body": "The chit, canonical.",
    "chit.steps": "The states it went through, a line each: ms, state.",
    "chit.loose": "1: open, or came to rest after the last tidying; 0: at rest.",
    "chit.listed": "1: in the indexes of the lists and in chit_text; 0: newer than that.",
    "chit_text": "Words of chits for search (FTS5); rows named by chit.id.",
    "proof": "Why a chit counts that no session of ours sealed; one valid one is enough.",
    "proof.digest": "Hash of the chit.",
    "proof.kind": "sealed, finalised (the pledger's action alone) or bare.",
    "proof.body": "The proof, canonical.",
    "link": "The tally chains.",
    "link.tally": "The tally's uuid.",
    "link.place": "Index, from 1.",
    "link.chit": "Hash of the chit.",
    "link.hash": "Hash of the link, which covers all before it.",
    "invitation": "Invitations of ours.",
    "invitation.id": "Hash of the code's public key.",
    "invitation.state": "out, used, revoked (expired follows from the time).",
    "invitation.key": "Public key of the code.",
    "invitation.code": "The code itself, to show the invitation again.",
    "invitation.whom": "For whom, our own note.",
    "invitation.draft": "The terms offered, canonical.",
    "invitation.contract": "The contract's text.",
    "invitation.uses": "How many tallies it may open.",
    "invitation.used": "How many it has opened.",
    "invitation.open_unseen": "1: unchanged terms open without asking.",
    "invitation.created_at": "When it was made.",
    "invitation.expires_at": "Until when it holds.",
    "outbox": "Messages owed to peers until they acknowledge them.",
    "outbox.key": "The first 63 bits of the id: finds it without an index.",
    "outbox.number": "Order.",
    "outbox.id": "The message's id.",
    "outbox.recipient": "To whom.",
    "outbox.kind": "What kind of message.",
    "outbox.frame": "The frame as it goes out.",
    "outbox.session": "The session it belongs to; requests go when the session is buried.",
    "heard": "Messages heard: a repeat is only acknowledged.",
    "heard.id": "The message's id.",
    "heard.refusal": "0, or the number it was refused with.",
    "timer": "Wake-ups that are owed.",
    "timer.machine": "Which table.",
    "timer.key": "Which record.",
    "timer.name": "Which input.",
    "timer.due": "When, by the wall clock at setting.",
    "timer.wait": "How long from setting, ms: it never lasts longer than this after a restart.",
    "notice": "What the person may want to read; of those about one subject the newest counts.",
    "notice.number": "Order; what the person has seen is a number in profile.",
    "notice.at": "When.",
    "notice.key": "Names the sentence.",
    "notice.category": "needs you, money, under way, safety.",
    "notice.subject": "What it is about.",
    "notice.partner": "The partner's name.",
    "notice.amount": "An amount, if there is one.",
    "notice.reason": "A reason, if there is one.",
}
