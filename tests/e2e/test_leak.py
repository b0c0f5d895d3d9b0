"""Planted strings stand neither on the disk, in the logs, nor on the wire.

The wire is a recording of the loopback itself (AF_PACKET, as root); where that cannot be had the
test is not collected, and is named.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.helpers.capture import recording
from tests.helpers.running import Folders, Running, open_tally, settle
from tests.helpers.secret_service import SecretService
from wallet.protocol.identity.invitation import read_invitation
from wallet.store.keyrings import SystemKeyring
from wallet.store.vault import open_vault

pytestmark = pytest.mark.needs("linux", "root", "capture", "secret-service", "iroh")

NAMES = ("Adalgunde Zwiebelfisch", "Bodomar Quastenflosser")
CONTACT = "xylophon@nowhere.invalid"
MEMO = "siebenundsechzig Wachteleier"
REFERENCE = "Kellerfund-4711-Ypsilon"
TALLY_MEMO = "Nachbarschaftshilfe Grottenolm"
AMOUNTS = ("31415.926", "27182.818")
LIMIT = "987654.321"


def spellings(text: str) -> Iterator[bytes]:
    """How a text may be written."""
    raw = text.encode()
    yield from (raw, text.encode("utf-16-le"), raw.hex().encode(), raw.upper())
    # A text within a longer one has three forms in base64; their middle is what they share.
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw)
        yield coded[4:-4] if shift else coded[:-4]


def amounts(text: str) -> Iterator[bytes]:
    """How an amount may be written: with its point, in milli-units, and as others group it."""
    whole, _, rest = text.partition(".")
    grouped = f"{whole[:-3]},{whole[-3:]}.{rest}"
    for one in (text, text.replace(".", ","), whole + rest, grouped):
        yield one.encode()


def keys(secret: bytes) -> Iterator[bytes]:
    """How a key may be written; a shell's history knows both cases of hexadecimal."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield base64.b64encode(secret).rstrip(b"=")
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")


@dataclass(frozen=True)
class Story:
    """What was recorded while a tally was opened and paid on, and what must not be in it."""

    packets: list[bytes]
    files: dict[str, bytes]
    forms: dict[str, bytes]

    def leaks(self, data: bytes) -> list[str]:
        """What of it stands in these bytes."""
        return [what for what, form in self.forms.items() if form in data]


@pytest.fixture(scope="module")
def story(keyring: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Open a tally and pay both ways, with every logger at its loudest."""
    folder = tmp_path_factory.mktemp("leak")
    folders = Folders.within(folder)
    log = folder / "wallet.log"
    with (
        recording("lo") as capture,
        Running(folders.ada, log=log) as ada,
        Running(folders.bo, log=log) as bo,
    ):
        ada.init(NAMES[0], contact=CONTACT)
        bo.init(NAMES[1], contact=CONTACT)
        open_tally(ada, bo, memo=TALLY_MEMO, they_may_owe=LIMIT, i_may_owe=LIMIT)
        for payer, amount in ((bo, AMOUNTS[0]), (ada, AMOUNTS[1])):
            tally = payer.tally()["id"]
            paid = payer.ask("pay", tally=tally, amount=amount, memo=MEMO, reference=REFERENCE)
            assert paid["state"] == "good"
        settle(ada, bo, 2)
        found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        files = {str(path.relative_to(folder)): path.read_bytes() for path in found}
        packets = capture.with_ports(ada.port(), bo.port())
        code = read_invitation(ada.ask("invitations")[0]["link"]).code
    vaults = [open_vault(one, keyring=SystemKeyring()) for one in (folders.ada, folders.bo)]
    secrets = [one for vault in vaults for one in (vault.key, *vault.secrets.values())]
    assert len(secrets) == 8
    return Story(packets, files, planted([one.reveal() for one in secrets], str(code)))


def planted(secrets: list[bytes], code: str) -> dict[str, bytes]:
    """Everything to look for, by what it is."""
    texts = (*NAMES, CONTACT, MEMO, REFERENCE, TALLY_MEMO, code)
    found = {f"{text}, form {n}": s for text in texts for n, s in enumerate(spellings(text))}
    for amount in (*AMOUNTS, LIMIT):
        found |= {f"{amount}, form {n}": s for n, s in enumerate(amounts(amount))}
    for number, secret in enumerate(secrets):
        found |= {f"secret {number}, form {n}": s for n, s in enumerate(keys(secret))}
    return found


def test_no_leak_on_the_disk(story: Story) -> None:
    for one in ("ada", "bo"):
        for name in ("wallet.db", "wallet.db-wal", "vault"):
            assert story.files[f"{one}/{name}"], f"{one}/{name} is empty"
    found = {name: story.leaks(data) for name, data in story.files.items()}
    assert {name: what for name, what in found.items() if what} == {}


def test_no_leak_in_the_logs(story: Story) -> None:
    log = story.files["wallet.log"]
    assert log.count(b"wallet.pump") > 10  # it was written, by the engine too
    assert story.leaks(log) == []


def test_no_leak_on_the_wire(story: Story) -> None:
    assert len(story.packets) > 20
    assert story.leaks(b"".join(story.packets)) == []


def test_a_leak_would_be_found(story: Story) -> None:
    for form in story.forms.values():
        assert story.leaks(b"\x00" + form + b"\x00")
    sentence = base64.b64encode(f"for {MEMO}, thank you".encode())
    assert story.leaks(sentence)
    with recording("lo") as capture, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        plain.bind(("127.0.0.1", 0))
        port = plain.getsockname()[1]
        plain.sendto(MEMO.encode(), ("127.0.0.1", port))
    assert story.leaks(b"".join(capture.with_ports(port)))
