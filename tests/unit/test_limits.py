"""The limits agree with each other."""

from __future__ import annotations

from wallet.crypto.encoding import MAX_INTEGER
from wallet.model import limits


def test_an_amount_is_a_number_every_reader_keeps():
    assert limits.MIN_AMOUNT == 1
    assert limits.MAX_AMOUNT == MAX_INTEGER


def test_what_travels_in_a_frame_fits_it():
    assert limits.ENTRY_BYTES <= limits.FRAME_BYTES
    assert limits.PREFLIGHT_BYTES + limits.SESSION_ENTRY_BYTES < limits.FRAME_BYTES
    assert limits.REF_BYTES + 4 * limits.MEMO_LENGTH < limits.SESSION_ENTRY_BYTES
    assert limits.LINK_BYTES < limits.LINK_READ_BYTES


def test_a_session_lasts_between_its_ends():
    assert limits.SESSION_MIN_MS == 1_000
    assert limits.SESSION_MAX_MS == 600_000
    assert limits.SESSION_MIN_MS < limits.SESSION_POLICY_MS < limits.SESSION_DEFAULT_MS
    assert limits.SESSION_DEFAULT_MS < limits.SESSION_MAX_MS


def test_strangers_get_less_than_partners_and_devices_less_time_than_members():
    assert limits.STRANGER_RATE < limits.PEER_RATE
    assert limits.STRANGER_BURST < limits.PEER_BURST
    assert limits.INVITATION_DEVICE_MS == 15 * 60_000
    assert limits.INVITATION_DEVICE_MS < limits.INVITATION_MEMBER_MS < limits.INVITATION_PARTNER_MS
