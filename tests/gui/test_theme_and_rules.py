"""Colours hold their contrasts; no file breaks the rules that keep screens safe and alike."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from wallet.gui import theme
from wallet.gui.shortcuts import SHORTCUTS
from wallet.gui.text import has_sentence
from wallet.gui.theme import CONTRAST, DARK, LIGHT, SURFACES, Role
from wallet.gui.widgets.icons import NAMES, _family

GUI = Path(__file__).parents[2] / "wallet" / "gui"
FILES = sorted(GUI.rglob("*.py"))


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.rule("H13")
@pytest.mark.parametrize("colours", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
def test_every_role_can_be_read_on_every_surface(colours):
    found = {
        (role, surface): round(ratio(getattr(colours, role), getattr(colours, surface)), 2)
        for role in Role
        for surface in SURFACES
    }
    assert {pair: value for pair, value in found.items() if value < 4.5} == {}
    assert ratio(colours.on_info, colours.info) >= 4.5
    for surface in ("window", "panel"):
        assert ratio(colours.outline, getattr(colours, surface)) >= 3


def test_the_style_sheet_is_short_and_complete():
    assert len(theme._SHEET.strip().splitlines()) <= 60
    for colours in (LIGHT, DARK, CONTRAST):
        sheet = theme.style_sheet(colours)
        assert not re.search(r"[$@]", sheet)


def test_no_colour_outside_the_theme():
    found = [
        f"{path.name}: {match}"
        for path in FILES
        if path.name != "theme.py"
        for match in re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8"))
    ]
    assert found == []


def calls(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            found.add(name if isinstance(name, str) else getattr(name, "id", ""))
    return found


@pytest.mark.rule("H10")
@pytest.mark.parametrize(
    ("name", "homes"),
    [
        ("QLabel", {"labels.py"}),
        ("QToolButton", {"buttons.py"}),
        ("QMessageBox", set()),
        ("QTextBrowser", set()),
        ("setHtml", set()),
        ("QSortFilterProxyModel", set()),
        ("toDouble", set()),
    ],
)
def test_some_things_are_made_in_one_place_only(name, homes):
    assert {path.name for path in FILES if name in calls(path)} <= homes


def test_no_dialog_stops_the_world():
    found = {path.name for path in FILES if "exec" in calls(path)}
    assert found <= {"main.py"}


@pytest.mark.rule("H2")
def test_amounts_are_formatted_in_one_place():
    pattern = re.compile(r"\bround\(.*(amount|balance)|:\.2f|float\(")
    assert [p.name for p in FILES if pattern.search(p.read_text("utf-8"))] == []


def test_no_key_is_taken_twice_and_none_is_a_bare_letter():
    keys = Counter(key for one in SHORTCUTS for key in one.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert [key for key in keys if len(key) == 1] == []
    # On Linux it is "end of line", and every line edit swallows it.
    assert "Ctrl+E" not in keys


def test_every_action_has_a_name_and_every_icon_a_picture(qapp):
    assert [one.action for one in SHORTCUTS if not has_sentence(f"action.{one.action}")] == []
    assert {one.icon for one in SHORTCUTS if one.icon} <= set(NAMES)
    assert set(_family()[1]) == set(NAMES)


@pytest.mark.parametrize("percent", [100, 200])
def test_the_text_size_reaches_every_size(qapp, percent):
    theme.apply_theme(qapp, theme.Scheme.LIGHT, percent)
    assert qapp.font().pixelSize() == 14 * percent // 100
    assert theme.font(theme.Size.HERO).pixelSize() == 28 * percent // 100
    theme.apply_theme(qapp, theme.Scheme.LIGHT, 100)
