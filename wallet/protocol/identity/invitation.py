"""Invitations to open a tally: a one-time code, and the terms it was made for.

Source: identity.md, *Invitations*; records.md, *Links and QR codes*.  The code (16 characters of
80 random bits in four groups, and a checksum) never travels: who answers proves it by a signature
in the link's handshake.  Reading is strict, and contacts nobody.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Literal

import msgspec
from msgspec import Struct

from wallet.crypto.encoding import NotCanonical, bytes_of, decode, encode, text_of
from wallet.crypto.hashing import Hash, blake
from wallet.crypto.ids import AgentId, NetworkId
from wallet.crypto.kdf import KdfParameters, Salt, derive
from wallet.crypto.signing import Signer
from wallet.model.credit import Half, Memo, Name, Terms
from wallet.model.errors import LinkDamaged, LinkNewer
from wallet.model.instants import LATEST_MS
from wallet.model.limits import LINK_READ_BYTES
from wallet.model.network import NodeAddress
from wallet.model.record import Record
from wallet.protocol.messages.handshake import invitation_id

SCHEME = "tallystick"
KINDS = ("invite", "pay", "card", "device", "proof", "statement")
QR_LETTERS = 1_000  # beyond this a single code is not read reliably: use the link or the file
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 letters, none like another
# The work factor of guessing a code that somebody overheard in part; cheap enough for a phone.
_PASSES, _MEMORY_KIB = 2, 64 * 1024
_SALT = Salt.of(blake(b"tallystick invitation code")[:16])


class Invitation(Record, frozen=True):
    """What an invitation says; short names, because it must fit a code one can photograph."""

    version: Literal[1] = msgspec.field(name="v")
    code: Annotated[str, msgspec.Meta(max_length=24)] = msgspec.field(name="c")
    account: Hash = msgspec.field(name="a")
    agent: AgentId = msgspec.field(name="g")
    node: NodeAddress = msgspec.field(name="o")
    name: Name = msgspec.field(name="n")
    half: Half = msgspec.field(name="h")  # the half the inviter holds
    inviter: Terms = msgspec.field(name="i")  # what the inviter grants
    invitee: Terms = msgspec.field(name="y")  # what the invitee is asked to grant
    agree: Hash = msgspec.field(name="k")
    unit: Annotated[str, msgspec.Meta(max_length=20)] = msgspec.field(name="u")
    expires: Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)] = msgspec.field(name="e")
    memo: Memo = msgspec.field(name="m", default="")
    network: NetworkId | None = msgspec.field(name="w", default=None)  # None: the usual one
    contract: Annotated[str, msgspec.Meta(max_length=4096)] = msgspec.field(name="t", default="")


class CodeKey(Struct, frozen=True):
    """What a code becomes: the key that proves it, and the invitation's id."""

    signer: Signer
    id: Hash


def make_code(dice: bytes) -> str:
    """Write 10 random bytes as a code: ``XXXX-XXXX-XXXX-XXXX-C``."""
    number = int.from_bytes(dice[:10], "big")
    letters = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(16))
    groups = [letters[place : place + 4] for place in range(0, 16, 4)]
    return "-".join([*groups, _check_letter(letters)])


def read_code(text: str) -> str:
    """Read a code as a person types it; returns its one form.

    Raises:
        LinkDamaged: a letter is missing or wrong.
    """
    letters = "".join(one for one in text.upper() if one not in "- \u2013\t")
    fine = len(letters) == 17 and all(one in _ALPHABET for one in letters)
    if not fine or _check_letter(letters[:16]) != letters[16]:
        raise LinkDamaged(text[:40])
    groups = [letters[place : place + 4] for place in range(0, 16, 4)]
    return "-".join([*groups, letters[16]])


def derive_code(code: str) -> CodeKey:
    """Derive the key of a code: Argon2id, some tenths of a second; both sides do it."""
    parameters = KdfParameters(salt=_SALT, passes=_PASSES, memory_kib=_MEMORY_KIB)
    signer = Signer(derive(code, parameters))
    return CodeKey(signer, invitation_id(signer.agent))


def write_link(one: Invitation) -> str:
    """The invitation as a link."""
    return f"{SCHEME}:invite?{text_of(encode(one))}"


def write_qr(one: Invitation) -> str:
    """The invitation for a QR code: alphanumeric; empty if one code could not hold it."""
    packed = base64.b32encode(encode(one)).decode().rstrip("=")
    text = f"{SCHEME.upper()}:INVITE/{packed}"
    return text if len(text) <= QR_LETTERS else ""


def write_file(one: Invitation) -> str:
    """The invitation as a file a person can look into."""
    return json.dumps({"invite": json.loads(encode(one))}, ensure_ascii=False, indent=1)


def read_invitation(text: str) -> Invitation:
    """Read a link, the text of a QR code, or the content of a file.

    Raises:
        LinkDamaged: not a link of ours, or damaged.
        LinkNewer: of a version this program does not know.
    """
    text = text.strip()
    if len(text.encode("utf-8", "replace")) > LINK_READ_BYTES:
        raise LinkDamaged(text[:300])
    data = _payload(text)
    try:
        return decode(data, Invitation)
    except NotCanonical:
        if _version(data) > 1:
            raise LinkNewer() from None
        raise LinkDamaged(text[:300]) from None


def kind_of(text: str) -> str:
    """What a text says it is: one of KINDS, or empty."""
    text = text.strip()
    head, _, rest = text.partition(":")
    if head.lower() == SCHEME:
        kind = rest.replace("/", "?").partition("?")[0].lower()
        return kind if kind in KINDS else ""
    return next((kind for kind in KINDS if text.startswith("{") and f'"{kind}"' in text[:40]), "")


def _payload(text: str) -> bytes:
    try:
        if text.startswith("{"):
            content = json.loads(text)
            if isinstance(content, dict) and set(content) == {"invite"}:
                return encode(content["invite"])
        elif text.lower().startswith(f"{SCHEME}:invite?"):
            return bytes_of(text.partition("?")[2])
        elif text.upper().startswith(f"{SCHEME.upper()}:INVITE/"):
            packed = text.partition("/")[2].upper()
            return base64.b32decode(packed + "=" * (-len(packed) % 8))
    except (NotCanonical, binascii.Error, ValueError, RecursionError):
        pass
    raise LinkDamaged(text[:300])


def _version(data: bytes) -> int:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return 0
    found = content.get("v") if isinstance(content, dict) else None
    return found if isinstance(found, int) else 0


def _check_letter(letters: str) -> str:
    return _ALPHABET[blake(b"tallystick code" + letters.encode())[0] & 31]
