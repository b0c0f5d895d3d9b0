"""The demo, as a newcomer starts it: real processes, real files, real links on loopback."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from wallet.cli.child import Child, own_command
from wallet.cli.shop import NAME

pytestmark = pytest.mark.needs("iroh")
LIMIT = 100  # seconds


def a_node(folder: Path, name: str) -> Child:
    """A wallet without a screen, founded and open."""
    command = own_command("--profile", str(folder / name), "--json", "--listen", "127.0.0.1")
    child = Child(name, [*command, "node", "--until-eof"])
    child.wait_event("Empty")
    child.ask("init", name=name, password="one for the test")
    child.wait_event("Ready")
    return child


def test_the_story_in_the_terminal_ends_well() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        own_command("--json", "demo", "--terminal"),
        cwd=root,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said = [json.loads(line)["words"] for line in done.stdout.splitlines()]
    assert "  Ada's wallet: you owe Mira 8.50" in said
    assert "  the same two chits in the same order: yes" in said
    assert sum("all hold" in line for line in said) == 2


def test_the_shop_opens_a_tally_and_pays_something_back(tmp_path: Path) -> None:
    shop = ["--profile", str(tmp_path / "shop"), "--json", "demo", "--shop", "--steady"]
    with (
        Child("shop", own_command(*shop, "--seed", "1", "--until-eof")) as mira,
        a_node(tmp_path, "Ada") as ada,
    ):
        link = mira.wait_event("Shop")["link"]
        assert ada.ask("link", link=link)["inviter"]["name"] == NAME
        assert ada.ask("join", link=link, wait=LIMIT)["state"] == "open"
        paid = [ada.ask("pay", tally=NAME, amount="10", memo=f"{n}") for n in range(3)]
        assert [one["state"] for one in paid] == ["good"] * 3
        ada.wait_for(
            lambda: ada.ask("history"),
            lambda chits: any(not one["paid_by_me"] and one["state"] == "good" for one in chits),
        )
        assert ada.ask("verify")["problem"] == ""
