"""Networks: all agents that share the same rules, name and unit (Holochain's DNA hash).

Source: product.md, D8 and the vocabulary.  A network names its unit; its id is the hash of what
stands here, so wallets with other rules never take each other's records.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from wallet.crypto.encoding import encode
from wallet.crypto.hashing import blake
from wallet.crypto.ids import NetworkId
from wallet.model.record import Record


class Network(Record, frozen=True):
    """The rules' version, a name, and the unit in which its people count."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    unit: Annotated[str, msgspec.Meta(max_length=20)]
    rules: Annotated[int, msgspec.Meta(ge=1)]

    @property
    def id(self) -> NetworkId:
        """The network's id."""
        return NetworkId.of(blake(encode(self)))


COMMONS = Network(name="commons", unit="units", rules=1)
"""The network a new wallet joins unless it is told another."""
