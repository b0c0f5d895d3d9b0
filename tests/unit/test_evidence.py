"""Preflights, certificates, slots and proofs: what is refused before any table hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from tests.helpers.builders import a_person, a_salt
from tests.helpers.pair import START, a_pair
from wallet.crypto.encoding import Base64
from wallet.crypto.hashing import digest, hash_bytes
from wallet.crypto.signing import Label, Signature, Signer
from wallet.model.actions import Create, sign_action
from wallet.model.credit import Agreement, Chit, check_agreement, check_offer, pledge
from wallet.model.errors import RuleBroken
from wallet.model.identity import authority_of, check_root
from wallet.model.limits import (
    CLOCK_AHEAD_MS,
    MIN_REMAINING_MS,
    PREFLIGHT_BYTES,
    SESSION_ENTRY_BYTES,
    SESSION_MAX_MS,
    SESSION_MIN_MS,
)
from wallet.model.networks import COMMONS
from wallet.protocol.chain.verify import is_fork
from wallet.protocol.countersign import preflight as rules
from wallet.protocol.countersign.certificate import Slot, check_certificate, judge_slot
from wallet.protocol.credit.proof import check_authorities, check_chit, check_proven
from wallet.protocol.messages.countersigning import (
    Certificate,
    OpenEntry,
    ParkEntry,
    PaymentEntry,
    Preflight,
    Salt32,
    SessionData,
    SlotEvidence,
)
from wallet.protocol.messages.tallies import BareProof, ProvenChit, SealedProof
from wallet.store.sessions import SessionFile

NET = COMMONS.id
ELSEWHERE = replace(COMMONS, name="elsewhere").id
ZERO = Signature.of(bytes(64))


@dataclass(frozen=True)
class Done:
    """One completed payment of Ada's to Bo, with everything that belongs to it."""

    one: SessionFile
    agreement: Agreement
    ada: Signer
    bo: Signer
    opening: SessionFile
    opposite: Chit

    @property
    def preflight(self) -> Preflight:
        return self.one.preflight

    @property
    def data(self) -> SessionData:
        responses = tuple(self.one.responses[agent] for agent in self.one.record.signers)
        return rules.data_of(self.one.record.session, responses)

    @property
    def certificate(self) -> Certificate:
        signatures = tuple(self.one.signatures[agent] for agent in self.one.record.signers)
        return Certificate(
            session=self.one.record.session, data=digest(self.data), signatures=signatures
        )

    @property
    def entry(self) -> PaymentEntry:
        assert isinstance(self.one.entry, PaymentEntry)
        return self.one.entry

    @property
    def sealed(self) -> SealedProof:
        return SealedProof(
            preflight=self.preflight,
            secret=Salt32.of(self.one.secret),
            entry=self.entry,
            responses=self.data.responses,
            signatures=self.certificate.signatures,
        )

    def action(self, place: int) -> Create:
        body = self.data.responses[place].body
        return rules.derive_action(self.preflight, self.one.secret, digest(self.data), body)

    def check(self, certificate: Certificate) -> None:
        check_certificate(certificate, self.preflight, self.one.secret, self.data, NET)


@cache
def done() -> Done:
    pair = a_pair()
    uuid = pair.pay(pair.ada)
    pair.carry()
    other = pair.pay(pair.bo, 900)
    pair.carry()
    agreement = pair.ada.tally.agreement
    assert agreement is not None
    one = pair.ada.session(uuid)
    opening = next(each for each in pair.ada.sessions if each.record.kind == "open")
    opposite = pair.ada.chit(other).chit
    return Done(one, agreement, pair.ada.signer, pair.bo.signer, opening, opposite)


def refused(sentence: str) -> Any:
    return pytest.raises(RuleBroken, match=sentence)


# Preflights ---------------------------------------------------------------------------


def shape(**fields: Any) -> None:
    rules.check_shape(replace(done().preflight, **fields), NET, 1_000)


def test_a_good_preflight_passes() -> None:
    shape()


@pytest.mark.rule("F46")
def test_a_preflight_of_another_network_is_invalid() -> None:
    with refused("another network"):
        shape(network=ELSEWHERE)


@pytest.mark.rule("F34")
def test_a_preflight_that_names_a_key_twice_or_lacks_a_secret_is_invalid() -> None:
    seats = done().preflight.signers
    with refused("twice or lacks"):
        shape(signers=(seats[0], seats[0]))
    with refused("twice or lacks"):
        shape(secrets=())
    with refused("twice or lacks"):
        shape(secrets=done().preflight.secrets * 2)


@pytest.mark.rule("F34")
@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "E"},
        {"mode": "Q", "needed": 2},
        {"enzyme": a_person("Cy").agent},
        {"witnesses": (a_person("Cy").agent,)},
        {"needed": 1},
    ],
)
def test_signers_and_witnesses_must_fit_the_mode(fields: dict[str, Any]) -> None:
    secrets = done().preflight.secrets * (1 + len(fields.get("witnesses", ())))
    with refused("unfit for the mode"):
        shape(secrets=secrets, **fields)


@pytest.mark.rule("F43")
@pytest.mark.parametrize("window", [-1, 0, SESSION_MIN_MS - 1, SESSION_MAX_MS + 1, 10**11])
def test_a_window_outside_the_limits_is_invalid(window: int) -> None:
    start = done().preflight.start
    with refused("window"):
        shape(end=start + window)


@pytest.mark.rule("F43")
@pytest.mark.parametrize("window", [SESSION_MIN_MS, SESSION_MAX_MS])
def test_a_window_at_the_limits_is_fine(window: int) -> None:
    shape(end=done().preflight.start + window)


def test_a_preflight_beyond_its_size_is_invalid() -> None:
    with refused("too large"):
        rules.check_shape(done().preflight, NET, PREFLIGHT_BYTES + 1)


@pytest.mark.rule("F35", "F45", "F36")
@pytest.mark.parametrize(
    ("ahead", "why"),
    [
        (CLOCK_AHEAD_MS, None),
        (CLOCK_AHEAD_MS + 1, "future"),
        (-15_000 + MIN_REMAINING_MS, None),
        (-15_000 + MIN_REMAINING_MS - 1, "expired"),
    ],
)
def test_time_is_judged_by_the_own_clock(ahead: int, why: str | None) -> None:
    preflight = replace(done().preflight, start=START + ahead, end=START + ahead + 15_000)
    assert rules.judge_time(preflight, START) == why


def test_the_secret_opens_only_for_a_signer_it_was_sealed_to() -> None:
    preflight = done().preflight
    assert rules.open_secret(preflight, done().bo) == done().one.secrets
    with refused("not sealed to us"):
        rules.open_secret(preflight, a_person("Cy").signer)
    damaged = replace(preflight, secrets=(Base64.of(bytes(80)),))
    with refused("not sealed to us"):
        rules.open_secret(damaged, done().bo)


def test_a_secret_of_another_length_is_no_secret() -> None:
    made, _ = rules.make_preflight(
        NET,
        done().entry,
        done().preflight.signers,
        START,
        15_000,
        rules.Dice(bytes(16), b"short", bytes(32), bytes(24)),
    )
    with refused("not sealed to us"):
        rules.open_secret(made, done().bo)


@pytest.mark.rule("F7")
def test_an_entry_that_is_not_the_preflights_is_refused() -> None:
    preflight, secret = done().preflight, done().one.secrets
    good = rules.seal_entry(secret, rules.encode(done().entry), bytes(24))
    assert rules.open_entry(preflight, secret, good) == done().entry
    other = replace(done().entry, chits=(replace(done().entry.chits[0], units=6),))
    with refused("another entry"):
        box = rules.seal_entry(secret, rules.encode(other), bytes(24))
        rules.open_entry(preflight, secret, box)
    with refused("cannot be read"):
        rules.open_entry(preflight, rules.Secrets(secret.k, bytes(32)), good)
    with refused("cannot be read"):
        rules.open_entry(preflight, rules.Secrets(secret.k), good)  # what an enzyme has
    with refused("cannot be read"):
        rules.open_entry(preflight, secret, rules.seal_entry(secret, b"[1]", bytes(24)))
    with refused("too large"):
        rules.open_entry(preflight, secret, Base64.of(bytes(SESSION_ENTRY_BYTES * 2)))
    with refused("another kind"):
        rules.open_entry(replace(preflight, kind="open"), secret, good)


def test_the_kind_of_a_preflight_follows_its_entry() -> None:
    assert done().preflight.kind == "payment"
    assert done().opening.preflight.kind == "open"
    assert isinstance(done().opening.entry, OpenEntry)
    assert rules.entry_hash_of(done().entry) == done().preflight.entry


@pytest.mark.rule("F8")
def test_a_response_is_bound_to_session_agent_and_network() -> None:
    session, response = done().one.record.session, done().data.responses[1]
    bo, ada = done().bo.agent, done().ada.agent
    rules.check_response(response, session, bo, NET)
    with refused("another session or agent"):
        rules.check_response(response, hash_bytes(b"other"), bo, NET)
    with refused("another session or agent"):
        rules.check_response(response, session, ada, NET)
    with refused("wrong signature"):
        rules.check_response(response, session, bo, ELSEWHERE)
    with refused("wrong signature"):
        rules.check_response(replace(response, signature=ZERO), session, bo, NET)


@pytest.mark.rule("R9", "F9")
def test_everybodys_action_follows_from_the_secret_and_from_nothing_less() -> None:
    body = done().data.responses[0].body
    args = (done().preflight, done().one.secret, digest(done().data))
    one = rules.derive_action(*args, body)
    assert rules.derive_action(*args, body) == one
    for other in (
        rules.derive_action(done().preflight, bytes(32), args[2], body),
        rules.derive_action(done().preflight, args[1], hash_bytes(b"x"), body),
        rules.derive_action(*args, done().data.responses[1].body),
    ):
        assert other.commitment != one.commitment
    assert one.timestamp % 3_600_000_000 == 0 or one.timestamp == body.top_time


@pytest.mark.rule("F12", "F13")
def test_a_session_signature_is_bound_to_signer_action_and_network() -> None:
    action = done().action(1)
    good = rules.promise(action, done().bo, NET)
    rules.check_promise(action, good, NET)
    for bad in (
        ZERO,
        rules.promise(action, done().ada, NET),
        rules.promise(action, done().bo, ELSEWHERE),
        rules.promise(done().action(0), done().bo, NET),
    ):
        with refused("session signature that is wrong"):
            rules.check_promise(action, bad, NET)


# Certificates -----------------------------------------------------------------------------


def test_the_certificate_of_a_completed_session_holds() -> None:
    done().check(done().certificate)


@pytest.mark.rule("F49")
def test_a_finalised_action_counts_as_its_authors_session_signature() -> None:
    finalised = sign_action(done().action(0), done().ada, NET).signature
    good = done().certificate
    done().check(replace(good, signatures=(finalised, good.signatures[1])))


@pytest.mark.rule("F15", "F16", "F9", "F51")
@pytest.mark.parametrize(
    "change",
    [
        lambda good: replace(good, session=hash_bytes(b"other")),
        lambda good: replace(good, data=hash_bytes(b"other")),
        lambda good: replace(good, signatures=good.signatures[::-1]),
        lambda good: replace(good, signatures=(*good.signatures, ZERO)),
        lambda good: replace(good, signatures=good.signatures[:1]),
        lambda good: replace(good, signatures=(good.signatures[0], ZERO)),
        lambda good: replace(good, signatures=(ZERO, good.signatures[1])),
        lambda good: replace(good, signatures=good.signatures[:1] * 2),
    ],
    ids=["session", "data", "swapped", "extra", "missing", "second", "first", "twice"],
)
def test_a_certificate_with_anything_changed_is_refused(change: Any) -> None:
    with refused("a certificate"):
        done().check(change(done().certificate))


@pytest.mark.rule("N4", "F29", "R4")
def test_forks_are_seen_in_actions_only_so_a_promise_cannot_frame_anyone() -> None:
    action = done().action(1)
    published = sign_action(action, done().bo, NET)
    other = sign_action(replace(action, commitment=hash_bytes(b"other")), done().bo, NET)
    assert is_fork(published, other), "finalisation and park at one place would be a fork"
    promise = done().certificate.signatures[1]
    with refused("wrong signature"):
        evidence = SlotEvidence(action=replace(published, signature=promise))
        judge_slot(evidence, done().data.responses[1], action, done().one.record.session, NET)


# Slots -------------------------------------------------------------------------------------


def a_park(*, stop: bool, salt: bytes = bytes(32)) -> SlotEvidence:
    """Bo's park at its promised place."""
    park = ParkEntry(session=done().one.record.session, data=digest(done().data), stop=stop)
    commitment = rules.commit_to(rules.hash_entry(rules.encode(park)), salt)
    action = sign_action(replace(done().action(1), commitment=commitment), done().bo, NET)
    return SlotEvidence(action=action, salt=Salt32.of(salt), park=park)


def judge(evidence: SlotEvidence, *, known: bool = True) -> Slot:
    derived = done().action(1) if known else None
    response = done().data.responses[1]
    return judge_slot(evidence, response, derived, done().one.record.session, NET)


@pytest.mark.rule("R3", "R4")
def test_a_slot_tells_finalised_stopped_parked_and_other_apart() -> None:
    own = SlotEvidence(action=sign_action(done().action(1), done().bo, NET))
    other = replace(done().action(1), commitment=hash_bytes(b"other"))
    assert judge(own) is Slot.FINALISED
    assert judge(a_park(stop=True)) is Slot.STOPPED
    assert judge(a_park(stop=False)) is Slot.PARKED
    assert judge(a_park(stop=True), known=False) is Slot.STOPPED
    assert judge(SlotEvidence(action=sign_action(other, done().bo, NET))) is Slot.OTHER


@pytest.mark.rule("R7", "F51", "F55")
@pytest.mark.parametrize("case", ["seq", "author", "network", "salt", "none", "session", "unknown"])
def test_evidence_that_does_not_hold_is_refused(case: str) -> None:
    good = a_park(stop=True)
    action = good.action.action
    other = ParkEntry(session=hash_bytes(b"other"), stop=True)
    cases: dict[str, tuple[SlotEvidence, bool]] = {
        "seq": (replace(good, action=sign_action(
            replace(action, seq=action.seq + 1), done().bo, NET)), True),
        "author": (replace(good, action=sign_action(
            replace(action, author=done().ada.agent), done().ada, NET)), True),
        "network": (replace(good, action=sign_action(action, done().bo, ELSEWHERE)), True),
        "salt": (replace(good, salt=Salt32.of(b"\1" * 32)), True),
        "none": (replace(good, salt=None), True),
        "session": (replace(good, park=other), True),
        "unknown": (replace(good, park=None, salt=None), False),
    }  # fmt: skip
    evidence, known = cases[case]
    with refused("evidence|park"):
        judge(evidence, known=known)


# Proofs of chits -----------------------------------------------------------------------------


def proven(proof: SealedProof | BareProof | None = None, **chit: Any) -> ProvenChit:
    return ProvenChit(chit=replace(done().entry.chits[0], **chit), proof=proof or done().sealed)


def bare(chit: Chit, signer: Signer, *, network: Any = NET) -> BareProof:
    side = done().agreement.side("stock" if signer is done().ada else "foil")
    return BareProof(pledge=pledge(chit, authority_of(side.party.root), signer, network))


@pytest.mark.rule("K5", "S3")
def test_sealed_and_bare_proofs_hold_for_the_chit_they_are_of() -> None:
    check_proven(proven(), digest(done().agreement), done().agreement, NET)
    chit = done().entry.chits[0]
    check_proven(proven(bare(chit, done().ada)), digest(done().agreement), done().agreement, NET)


@pytest.mark.rule("K5", "S3")
def test_a_chit_re_read_as_issued_by_the_other_side_is_refused() -> None:
    with refused("another chit"):
        check_proven(proven(by="foil"), digest(done().agreement), done().agreement, NET)
    chit = replace(done().entry.chits[0], by="foil")
    with refused("who pledges must be who signs"):
        check_proven(
            proven(bare(chit, done().ada), by="foil"),
            digest(done().agreement),
            done().agreement,
            NET,
        )


@pytest.mark.rule("K5", "S3")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("units", 5_001),
        ("uuid", a_salt("other")),
        ("date", 1),
        ("memo", "other"),
        ("ref", "other"),
    ],
)
def test_a_chit_with_a_field_changed_is_proven_by_nothing(field: str, value: Any) -> None:
    with refused("another chit"):
        check_proven(proven(**{field: value}), digest(done().agreement), done().agreement, NET)
    proof = bare(done().entry.chits[0], done().ada)
    with refused("signature is wrong"):
        check_proven(
            proven(proof, **{field: value}), digest(done().agreement), done().agreement, NET
        )


@pytest.mark.rule("K5")
def test_a_chit_of_another_tally_is_refused() -> None:
    with refused("another tally"):
        check_proven(
            proven(tally=hash_bytes(b"other")), digest(done().agreement), done().agreement, NET
        )
    with refused("another tally"):
        check_chit(done().entry.chits[0], digest(replace(done().agreement, memo="other")))


@pytest.mark.rule("S3", "F16")
@pytest.mark.parametrize("case", ["entry", "opening", "network", "signers", "count", "response",
                                  "signature", "secret", "authority"])  # fmt: skip
def test_a_forged_certificate_proves_nothing(case: str) -> None:
    good = done().sealed
    entry = replace(good.entry, authorities=good.entry.authorities[::-1])  # type: ignore[call-arg]
    cy = replace(good.preflight.signers[1], agent=a_person("Cy").agent)
    changed = replace(good.preflight, entry=rules.entry_hash_of(entry))
    bad = {
        "entry": replace(good, entry=entry),
        "opening": replace(good, entry=done().opening.entry),
        "network": replace(good, preflight=replace(good.preflight, network=ELSEWHERE)),
        "signers": replace(
            good, preflight=replace(good.preflight, signers=(good.preflight.signers[0], cy))
        ),
        "count": replace(good, responses=(*good.responses, good.responses[0])),
        "response": replace(good, responses=good.responses[::-1]),
        "signature": replace(good, signatures=(good.signatures[0], ZERO)),
        "secret": replace(good, secret=Salt32.of(bytes(32))),
        "authority": replace(good, entry=entry, preflight=changed),
    }[case]
    with pytest.raises(RuleBroken):
        check_proven(proven(bad), digest(done().agreement), done().agreement, NET)


@pytest.mark.rule("K5")
def test_a_bare_pledge_is_bound_to_account_device_and_network() -> None:
    chit = done().entry.chits[0]
    good = bare(chit, done().ada)
    for bad in (
        bare(chit, done().bo),
        bare(chit, done().ada, network=ELSEWHERE),
        BareProof(pledge=replace(good.pledge, signature=ZERO)),
        BareProof(pledge=replace(good.pledge, authority=authority_of(a_person("Cy").root))),
    ):
        with pytest.raises(RuleBroken):
            check_proven(proven(bad), digest(done().agreement), done().agreement, NET)


def test_each_signer_needs_an_authority_of_its_own_party() -> None:
    parties = (done().agreement.stock.party, done().agreement.foil.party)
    agents = tuple(party.agent for party in parties)
    good = tuple(authority_of(party.root) for party in parties)
    check_authorities(good, agents, parties)
    with refused("an authority for each"):
        check_authorities(good[:1], agents, parties)
    for bad in (
        good[::-1],
        (good[0], replace(good[1], account=hash_bytes(b"other"))),
        (good[0], authority_of(a_person("Cy").root)),
    ):
        with refused("without authority"):
            check_authorities(bad, agents, parties)


# Agreements and accounts ------------------------------------------------------------------------


@pytest.mark.rule("T5")
def test_an_agreement_needs_two_parties_of_this_network() -> None:
    good = done().agreement
    check_agreement(good, NET)
    with refused("another network"):
        check_agreement(good, ELSEWHERE)
    with refused("two parties"):
        check_agreement(replace(good, foil=good.stock), NET)
    salted = replace(good.foil, party=replace(good.foil.party, salt=good.stock.party.salt))
    with refused("two parties"):
        check_agreement(replace(good, foil=salted), NET)


@pytest.mark.rule("T5")
def test_an_offer_is_signed_by_the_holder_of_its_half() -> None:
    good = done().agreement
    signature = done().ada.sign(Label.TALLY, NET, digest(good).raw)
    check_offer(good, "stock", signature)
    with refused("not signed by its author"):
        check_offer(good, "foil", signature)
    with refused("not signed by its author"):
        check_offer(replace(good, revision=9), "stock", signature)


def test_an_account_is_founded_by_the_device_it_names() -> None:
    root = done().agreement.stock.party.root
    check_root(root, NET)
    with refused("another network"):
        check_root(root, ELSEWHERE)
    with refused("root is not signed by"):
        check_root(replace(root, signature=ZERO), NET)
    with refused("root is not signed by"):
        stolen = replace(root, link=replace(root.link, device=a_person("Cy").agent))
        check_root(stolen, NET)
