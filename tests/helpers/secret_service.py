"""A real Secret Service for one test: a private bus with gnome-keyring on it, and nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import secretstorage
from jeepney import MatchRule, Message, message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

NAME = "org.freedesktop.secrets"
DEADLINE = 10.0
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SecretService:
    """The two daemons of one test; nothing can be started through this bus."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"unix:path={folder / 'bus'}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "G_MESSAGES_DEBUG": "",
        }
        self._bus: subprocess.Popen[bytes] | None = None
        self._keyring: subprocess.Popen[bytes] | None = None

    def start_bus(self) -> None:
        """Start the bus; it prints its address when it listens."""
        config = self.folder / "bus.conf"
        config.write_text(CONFIG.format(socket=self.folder / "bus"), "utf-8")
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--nofork", "--print-address=1", f"--config-file={config}"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._bus.stdout is not None
        assert self._bus.stdout.readline().startswith(b"unix:path=")

    def start_keyring(self, password: str = "the login password") -> None:
        """Start the keyring, unlocked by this password (which the first start sets)."""
        self._keyring = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._keyring.stdin is not None
        self._keyring.stdin.write(password.encode())
        self._keyring.stdin.close()
        self._wait_owned(owned=True)

    def stop_keyring(self) -> None:
        """Kill the keyring, as if it had crashed; returns when the bus knows."""
        if self._keyring is not None:
            self._keyring.kill()
            self._keyring.wait(DEADLINE)
            self._keyring = None
            self._wait_owned(owned=False)

    def stop_bus(self) -> None:
        """Kill the bus; whoever is on it is on his own."""
        if self._bus is not None:
            self._bus.kill()
            self._bus.wait(DEADLINE)
            assert self._bus.stdout is not None
            self._bus.stdout.close()
            self._bus = None

    def stop(self) -> None:
        """Leave no process behind."""
        self.stop_keyring()
        self.stop_bus()

    def lock(self) -> None:
        """Lock the collection, as a screen saver may; there is nobody to unlock it."""
        with closing(secretstorage.dbus_init()) as connection:
            secretstorage.get_default_collection(connection).lock()

    def entries(self) -> dict[str, str]:
        """Return user name and text of everything in the keyring."""
        with closing(secretstorage.dbus_init()) as connection:
            items = secretstorage.get_default_collection(connection).get_all_items()
            return {item.get_attributes()["username"]: item.get_secret().decode() for item in items}

    def _wait_owned(self, *, owned: bool) -> None:
        """Wait for the signal that the name has an owner, or has none any more."""
        rule = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
        rule.add_arg_condition(0, NAME)
        with (
            open_dbus_connection(self.address) as connection,
            connection.filter(rule) as signals,
        ):
            bus = Proxy(message_bus, connection)
            bus.AddMatch(rule)
            while bool(bus.NameHasOwner(NAME)[0]) is not owned:
                signal: Message = connection.recv_until_filtered(signals, timeout=DEADLINE)
                assert signal.body[0] == NAME


@contextmanager
def running(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """Run both daemons for this process; its own bus, if any, is out of reach meanwhile."""
    service = SecretService(folder)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        patch.delenv(name, raising=False)
    patch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
    try:
        service.start_bus()
        service.start_keyring()
        yield service
    finally:
        service.stop()
