"""An invitation is anybody's text: it must not make us lose a partner."""

from __future__ import annotations

from msgspec.structs import replace

from tests.helpers.pair import a_pair, an_invitation
from wallet.engine.desks.tallies import save_partner_card
from wallet.model.network import NodeAddress, NodeKey


def test_an_invitation_in_a_partners_name_does_not_move_the_partner():
    pair = a_pair(None)
    ada, bo = pair.ada, pair.bo
    known = bo.store.partners.get(ada.agent).address
    false = NodeAddress(node=NodeKey.of(bytes(32)), addresses=("127.0.0.1:9",))
    forged = replace(an_invitation(pair)[0], node=false)
    bo.pump.submit(lambda work: save_partner_card(work, forged))
    assert known is not None
    assert bo.store.partners.get(ada.agent).address == known
