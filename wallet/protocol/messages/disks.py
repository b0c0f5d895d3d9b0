"""What each side of a link has seen of the other's source chain: the guard against copied disks.

Source: network.md, *Guard against copied disks*; countersigning.md C18, F54, F59.
"""

from __future__ import annotations

from wallet.model.actions import SignedAction
from wallet.model.identity import Salt
from wallet.model.record import Record
from wallet.protocol.messages.countersigning import Response


class Seen(Record, frozen=True):
    """The newest that its sender holds of the receiver's chain, each signed by the receiver.

    Sent when a link comes up, and to whoever promises a place that is taken.  `nonce` makes each
    a new message.
    """

    KIND = "seen"
    nonce: Salt
    promise: Response | None = None
    action: SignedAction | None = None
