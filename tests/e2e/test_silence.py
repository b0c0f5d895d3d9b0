"""Nothing is sent unasked: an idle wallet without partners talks to nobody but its own router.

The exception is iroh's: when it binds it asks the router of the local network to map its port
(UPnP, NAT-PMP, PCP), whatever it is bound to, and its Python binding has no switch for that. The
question names nobody and does not pass the router; everything else must be silent.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from tests.helpers.capture import ports_of, recording
from tests.helpers.running import Running
from tests.helpers.secret_service import SecretService

pytestmark = pytest.mark.needs("linux", "root", "capture", "secret-service", "iroh")

# Longer than the pulse of a link, than any first attempt to find relays, ports or addresses.
IDLE_SECONDS = 6.0
SSDP, NAT_PMP = 1900, 5351
ROUTER_PORTS = (SSDP, NAT_PMP)


def ports_of_process(pid: int) -> set[int]:
    """The local UDP and TCP ports that a process holds (/proc)."""
    inodes = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(one)
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    ports = set()
    for table in ("udp", "udp6", "tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes:
                ports.add(int(fields[1].rpartition(":")[2], 16))
    return ports


def test_an_idle_wallet_sends_nothing(keyring: SecretService, tmp_path: Path) -> None:
    with (
        recording() as capture,
        Running(tmp_path / "ada") as ada,
        Running(tmp_path / "bo", listen="") as bo,  # on every interface, as people run it
    ):
        ada.init("Ada")
        bo.init("Bo")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knock:
            knock.bind(("127.0.0.1", 0))
            mine = knock.getsockname()[1]
            for one in (ada, bo):  # shows that the recording works
                knock.sendto(b"is anybody there?", ("127.0.0.1", one.port()))
        ends = time.monotonic() + IDLE_SECONDS
        ports = {ada.port(), bo.port()}
        while (left := ends - time.monotonic()) > 0:
            held = ports_of_process(ada.process.pid), ports_of_process(bo.process.pid)
            assert ada.port() in held[0]
            assert bo.port() in held[1]
            ports = ports.union(*held)
            ada.idle(left)
        assert [one.ask("status")[1]["partners"] for one in (ada, bo)] == [0, 0]
    ours = capture.with_ports(*ports)
    assert sum(b"is anybody there?" in one for one in ours) >= 2
    unasked = [one for one in ours if mine not in ports_of(one)]
    assert [one for one in unasked if ports_of(one)[1] not in ROUTER_PORTS] == []
    assert all(b"InternetGatewayDevice" in one for one in unasked if ports_of(one)[1] == SSDP)
