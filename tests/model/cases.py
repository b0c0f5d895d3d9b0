"""What is searched: payments and agreements in every mode, with honest signers and with liars.

Mode P, two signers: 40 to 300 states, three about 20 000; four are long.  Mode E, two parties and
the enzyme: 8 000 to 30 000.  Mode Q, two signers before 1, 3 and 5 witnesses: 400 to 25 000, none
of them cut; three signers before 3 witnesses, 300 000, are long.  A death needs no case of its own
(see search.py); that of an enzyme is what the laws of somebody alone are about.  Enzyme and
witnesses are assumed not to tell two stories (controls.py has some that do).

Named bounds: two different session data in one session (F9) are not told apart but for the
refusal of the second: they never make one certificate, because every signature is over one of
them.  Another session that wants the same place is a lock that comes and goes, with or without an
action written; its own messages are played in crowds.py.  Witnesses: ballots.py.  One signer
lies, not two.  Of four signers in mode P, who gave up shows its own place only (`passes_on`).
In modes E and Q a lying payer's session action without a certificate is no evidence: nobody who
is honest loses by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.model.case import Case

TWO_ROLES = {"payment": ("payer", "payee"), "open": ("initiator", "acceptor")}


def _with_liars(honest: Case, roles: Sequence[str]) -> list[Case]:
    liars = [
        replace(honest, name=f"{honest.name}-lying-{role}", liar=seat)
        for seat, role in enumerate(roles)
    ]
    return [honest, *liars]


CASES = {
    case.name: case
    for case in (
        *_with_liars(Case("payment-2", 2, "payment"), TWO_ROLES["payment"]),
        *_with_liars(Case("open-2", 2, "open"), TWO_ROLES["open"]),
        *_with_liars(Case("open-3", 3, "open"), TWO_ROLES["open"]),
        *_with_liars(Case("enzyme-payment", 3, "payment", "E"), TWO_ROLES["payment"]),
        *_with_liars(Case("enzyme-open", 3, "open", "E"), TWO_ROLES["open"]),
        *(
            one
            for kind, roles in TWO_ROLES.items()
            for needed, witnesses in ((1, 1), (2, 3), (3, 5))
            for one in _with_liars(
                Case(f"votes-{kind}-{needed}-of-{witnesses}", 2, kind, "Q", witnesses, needed),
                roles,
            )
        ),
    )
}
LONG_CASES = {case.name: case for case in _with_liars(Case("open-4", 4, "open"), TWO_ROLES["open"])}
