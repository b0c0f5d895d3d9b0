"""Accounts: who the legal party to a tally is, and which device may sign for it.

Source: identity.md, *Account = graph* and *Towards partners*.  An account is the root link of an
identity graph; until more people and devices join, the root is also its head, and its one member
and one device may do everything.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import msgspec

from wallet.crypto.encoding import Base64
from wallet.crypto.hashing import Hash, digest
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.sealing import can_seal_to
from wallet.crypto.signing import BadSignature, Label, Signature, Signer, verify
from wallet.model.errors import RuleBroken
from wallet.model.record import Record


class Salt(Base64):
    """Sixteen random bytes that make a record unlike any other."""

    __slots__ = ()
    SIZE = 16


class RootLink(Record, frozen=True, tag_field="action", tag="found"):
    """The first link of an identity graph: founds the account with one member and one device.

    `member` is a pseudonym that no partner can connect with another account; `time` is in
    milliseconds UTC, by the founder's clock, and never decides anything.
    """

    network: NetworkId
    member: Salt
    device: AgentId
    time: Annotated[int, msgspec.Meta(ge=0)]


class SignedRoot(Record, frozen=True):
    """The root link with its device's signature: proof that this agent acts for this account."""

    link: RootLink
    signature: Signature

    @property
    def account(self) -> Hash:
        """The account's id: the hash of its root link."""
        return _account(self.link)


@lru_cache(maxsize=256)
def _account(link: RootLink) -> Hash:
    return digest(link)


class Authority(Record, frozen=True):
    """Who pledges, by which device, knowing which state of the account's graph (D4)."""

    account: Hash
    agent: AgentId
    head: Hash


def found(network: NetworkId, member: Salt, signer: Signer, time: int) -> SignedRoot:
    """Found an account with one member and the signer's device."""
    link = RootLink(network=network, member=member, device=signer.agent, time=time)
    return SignedRoot(link=link, signature=signer.sign(Label.LINK, network, digest(link).raw))


def check_root(root: SignedRoot, network: NetworkId) -> None:
    """Check that the root is of this network and signed by the device it names.

    Raises:
        RuleBroken: it is not.
    """
    if root.link.network != network:
        raise RuleBroken("an account of another network")
    if not can_seal_to(root.link.device):
        raise RuleBroken("an account's key to which nothing can be sealed")
    try:
        verify(root.link.device, Label.LINK, network, root.account.raw, root.signature)
    except BadSignature:
        raise RuleBroken("the account's root is not signed by its device") from None


def authority_of(root: SignedRoot) -> Authority:
    """The authority of the founding device while the root is the graph's head."""
    account = root.account
    return Authority(account=account, agent=root.link.device, head=account)
