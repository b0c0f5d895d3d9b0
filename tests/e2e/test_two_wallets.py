"""Two real processes over iroh on the loopback, their keys in a real Secret Service."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import qrcode

from tests.helpers.running import (
    TERMS,
    Folders,
    Running,
    assert_sound,
    settle,
    two_running,
)
from tests.helpers.secret_service import SecretService
from wallet.gui.scanning import load_cv2, read_codes

pytestmark = pytest.mark.needs("linux", "secret-service", "iroh")


def test_an_invitation_as_a_picture_opens_a_tally_and_both_pay(
    keyring: SecretService, tmp_path: Path
) -> None:
    known = len(keyring.entries())
    with Running(tmp_path / "ada") as ada, Running(tmp_path / "bo") as bo:
        ada.init("Ada")
        bo.init("Bo")
        assert len(keyring.entries()) == known + 2
        made = ada.ask("invite", whom="Bo", memo="Neighbours", **TERMS)
        text = read_picture(made["qr_text"], tmp_path / "invitation.png")
        described = bo.ask("link", link=text)
        assert (described["inviter"]["name"], described["mine"]["limit"]) == ("Ada", 100_000)
        joining = bo.tell("join", link=text)
        offer = ada.until(ada.tally_or_none, lambda one: one and one["state"] == "received")
        assert offer["partner"]["name"] == "Bo"
        ada.ask("accept", subject=offer["id"])
        assert bo.answer(joining)["ok"]["state"] == "open"
        assert bo.ask("pay", tally="Ada", amount="12.50", memo="eggs")["state"] == "good"
        assert ada.ask("pay", tally="Bo", amount="2.75", memo="bread")["state"] == "good"
        here, _ = settle(ada, bo, 2)
        assert here["balance"] == 12_500 - 2_750
        assert here["digest"] == bo.tally()["digest"]
        assert_sound(ada, bo)
        assert [one.close() for one in (ada, bo)] == [0, 0]
        assert [one.errors() for one in (ada, bo)] == ["", ""]


def read_picture(text: str, path: Path) -> str:
    """Draw it as others draw it, read it as others read it, and as our own wallet does."""
    cv2 = load_cv2()
    drawn = qrcode.QRCode(border=4)
    drawn.add_data(text)
    modules = np.array(drawn.get_matrix(), dtype=bool)
    picture = np.where(modules, 0, 255).astype(np.uint8)
    cv2.imwrite(str(path), np.kron(picture, np.ones((8, 8), dtype=np.uint8)))
    by_opencv, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(cv2.imread(str(path)))
    assert by_opencv == text
    assert read_codes(path.read_bytes()) == [text]
    return str(by_opencv)


def test_a_partner_who_is_away_is_paid_when_they_are_back(pair: Folders) -> None:
    with two_running(pair) as (ada, bo):
        ports = ada.port(), bo.port()
        ada.close()
        bo.until(lambda: bo.ask("status")[1], lambda one: one["online"] == 0)
        first = bo.ask("pay", tally="Ada", amount="1", memo="taken back", wait=0)
        second = bo.ask("pay", tally="Ada", amount="2.50", memo="meant", wait=0)
        assert (first["state"], second["state"]) == ("waiting", "waiting")
        bo.ask("withdraw", subject=first["uuid"])
        assert bo.ask("sessions") == []
        with Running(pair.ada) as again:
            again.wait("Ready")
            settle(again, bo, 1)
            assert (again.port(), bo.port()) == ports
            states = {one["memo"]: one["state"] for one in bo.ask("history")}
            assert states == {"taken back": "withdrawn", "meant": "good"}
            assert [one["memo"] for one in again.ask("history")] == ["meant"]
            assert_sound(again, bo)


def test_what_waits_survives_a_restart_of_both(pair: Folders) -> None:
    with Running(pair.bo) as bo:
        bo.wait("Ready")
        waiting = bo.ask("pay", tally="Ada", amount="3", memo="later", wait=0)
        assert waiting["state"] == "waiting"
    with two_running(pair) as (ada, bo):
        here, _ = settle(ada, bo, 1)
        assert here["balance"] == 3_000
        assert bo.ask("chit", chit=waiting["uuid"])["state"] == "good"
