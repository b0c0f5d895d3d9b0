"""Tokens: every colour and every size of the screens, and how they become a palette.

Source: ux.md, *Look* and 5.21 (role colours with their contrasts). Fusion style with palettes of
our own, because `setColorScheme` does nothing on a bare X server, and one small style sheet made
from the same tokens. No other file names a colour or a size.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette

if TYPE_CHECKING:  # view-models use the roles, and know no widgets
    from PySide6.QtWidgets import QApplication

GAP = 8  # inside a group
GROUP = 16  # between groups
PAGE = 24  # around a page
TIGHT = 4
PADDING = 12  # of a card
RADIUS = 8
ROW = 36
ROW_TWO = 44
ICON = 20
MARK = 72  # the app's mark, people's pictures
RING = 120
BAR = 12
TEXT_WIDTH = 560  # about 70 characters
SIDEBAR = 200
SIDEBAR_NARROW = 56
NARROW = 900  # below, the sidebar shows icons only
MINIMUM = (640, 480)  # usable at 1024×640; a smaller window shows icons only
START = (1080, 720)
SCALES = (100, 125, 150, 175, 200)  # percent
RING_WIDTH = 2.0  # of the focus ring


class Scheme(StrEnum):
    """Which palette: the system's choice or the person's."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Size(IntEnum):
    """The type scale, in pixels at 100 %."""

    SMALL = 12
    BODY = 14
    LARGE = 16
    TITLE = 20
    HERO = 28


class Role(StrEnum):
    """What a colour means; a colour never stands without its word."""

    TEXT = "text"
    NEUTRAL = "neutral"
    INFO = "info"
    ATTENTION = "attention"
    GOOD = "good"
    BAD = "bad"
    OWED = "owed"  # the partner owes us
    OWING = "owing"  # we owe the partner


class Colours(NamedTuple):  # half the cost of a dataclass, before the first paint
    """One palette as text, `#rrggbb`."""

    window: str
    panel: str
    selected: str
    hover: str
    hairline: str
    outline: str  # of fields and buttons: 3:1 on window and panel
    text: str
    neutral: str
    info: str
    attention: str
    good: str
    bad: str
    owed: str
    owing: str
    on_info: str  # text on a primary button

    def of(self, role: Role | str) -> QColor:
        """Return the colour of a role (item models hand roles over as plain text)."""
        return QColor(getattr(self, role))

    def surface(self, name: str) -> QColor:
        """Return a colour by its field's name (window, panel, hairline …)."""
        return QColor(getattr(self, name))


LIGHT = Colours(
    window="#FFFFFF",
    panel="#F4F4F1",
    selected="#E8EEF9",
    hover="#F1F3F6",
    hairline="#DEDFDB",
    outline="#85898F",
    text="#1B1C1E",
    neutral="#5A5F66",
    info="#0B57D0",
    attention="#855300",
    good="#0B6E4F",
    bad="#B3261E",
    owed="#0B57D0",
    owing="#6B3FA0",
    on_info="#FFFFFF",
)
DARK = Colours(
    window="#1E1F22",
    panel="#2A2C30",
    selected="#33415C",
    hover="#27292D",
    hairline="#3A3D42",
    outline="#83888F",
    text="#ECEDEE",
    neutral="#AEB4BB",
    info="#8AB4F8",
    attention="#F2B84B",
    good="#5FD3A4",
    bad="#FF8F86",
    owed="#8AB4F8",
    owing="#D0B4FF",
    on_info="#1B1C1E",
)
CONTRAST = Colours(
    window="#000000",
    panel="#000000",
    selected="#00356B",
    hover="#1A1A1A",
    hairline="#FFFFFF",
    outline="#FFFFFF",
    text="#FFFFFF",
    neutral="#FFFFFF",
    info="#7FD4FF",
    attention="#FFD94A",
    good="#6CF2B4",
    bad="#FFA69E",
    owed="#7FD4FF",
    owing="#E3CCFF",
    on_info="#000000",
)
SURFACES = ("window", "panel", "selected")


class _State:
    colours: Colours = LIGHT
    scale: int = 100
    is_fusion: bool = False


_state = _State()
# Made anew with each theme: every cell that is painted asks for one.
_fonts: dict[tuple[Size, bool], QFont] = {}


def colours() -> Colours:
    """Return the palette in force."""
    return _state.colours


def scale() -> int:
    """Return the text size in force, in percent."""
    return _state.scale


def px(size: float) -> int:
    """Return a length of the 100 % design at the text size in force, in pixels."""
    return round(size * _state.scale / 100)


def font(size: Size = Size.BODY, *, bold: bool = False) -> QFont:
    """Return the system's font at a step of the scale, with figures of equal width."""
    known = _fonts.get((size, bold))
    if known is not None:
        return QFont(known)
    made = QFont(QGuiApplication.font())
    made.setPixelSize(px(size))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    _fonts[size, bold] = made
    return QFont(made)


def resolve(app: QApplication, scheme: Scheme) -> Colours:
    """Return the palette for a choice; the system is asked only for `SYSTEM`."""
    if scheme is not Scheme.SYSTEM:
        return {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK, Scheme.CONTRAST: CONTRAST}[scheme]
    hints = app.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def apply_theme(app: QApplication, scheme: Scheme, percent: int = 100) -> None:
    """Give the whole program a palette and a text size of 100 to 200 percent."""
    _fonts.clear()
    _state.colours = resolve(app, scheme)
    _state.scale = min(max(percent, SCALES[0]), SCALES[-1])
    if not _state.is_fusion:
        app.setStyle("fusion")
        _state.is_fusion = True
    app.setPalette(palette(_state.colours))
    base = app.font()
    base.setPixelSize(px(Size.BODY))
    app.setFont(base)
    _fonts.clear()
    app.setStyleSheet(style_sheet(_state.colours))


def follow_system(app: QApplication, again: Callable[[], object]) -> None:
    """Call `again` whenever the system changes between light and dark."""
    app.styleHints().colorSchemeChanged.connect(lambda _: again())


def fusion_arguments() -> list[str]:
    """Return the words that make a `QApplication` begin with our style.

    Asking for the style later costs 5 ms before the first paint (its class is set up by PySide).
    """
    _state.is_fusion = True
    return ["-style", "fusion"]


def palette(given: Colours) -> QPalette:
    """Make Qt's palette from the tokens."""
    made = QPalette()
    plain = {
        QPalette.ColorRole.Window: given.window,
        QPalette.ColorRole.Base: given.window,
        QPalette.ColorRole.AlternateBase: given.panel,
        QPalette.ColorRole.Button: given.panel,
        QPalette.ColorRole.ToolTipBase: given.panel,
        QPalette.ColorRole.WindowText: given.text,
        QPalette.ColorRole.Text: given.text,
        QPalette.ColorRole.ButtonText: given.text,
        QPalette.ColorRole.ToolTipText: given.text,
        QPalette.ColorRole.BrightText: given.bad,
        QPalette.ColorRole.PlaceholderText: given.neutral,
        QPalette.ColorRole.Highlight: given.selected,
        QPalette.ColorRole.HighlightedText: given.text,
        QPalette.ColorRole.Link: given.info,
        QPalette.ColorRole.LinkVisited: given.info,
        QPalette.ColorRole.Accent: given.info,
        QPalette.ColorRole.Light: given.hover,
        QPalette.ColorRole.Midlight: given.hairline,
        QPalette.ColorRole.Mid: given.hairline,
        QPalette.ColorRole.Dark: given.outline,
        QPalette.ColorRole.Shadow: given.hairline,
    }
    for role, text in plain.items():
        made.setColor(role, QColor(text))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(given.neutral))
    return made


# Spelled with the names of the tokens; `$name` is a colour, `@n` a length at the size in force.
_SHEET = """
QLabel[role="neutral"] { color: $neutral; } QLabel[role="info"] { color: $info; }
QLabel[role="attention"] { color: $attention; } QLabel[role="good"] { color: $good; }
QLabel[role="bad"] { color: $bad; } QLabel[role="owed"] { color: $owed; }
QLabel[role="owing"] { color: $owing; } QLabel[strong="true"] { font-weight: 600; }
QLabel[size="hero"] { font-size: @28; font-weight: 600; }
QLabel[size="small"] { font-size: @12; } QLabel[size="large"] { font-size: @16; }
QLabel[size="title"] { font-size: @20; font-weight: 600; }
QPushButton { border: 1px solid $outline; border-radius: 6px;
  padding: @6 @14; background: $window; color: $text; min-height: @20; }
QPushButton:hover { background: $hover; } QPushButton:pressed { background: $selected; }
QPushButton:focus { border: 2px solid $info; } QPushButton:disabled { color: $neutral;
  border-color: $hairline; background: $panel; }
QPushButton[kind="primary"] { background: $info; color: $on_info; border-color: $info;
  font-weight: 600; } QPushButton[kind="danger"] { color: $bad; border-color: $bad; }
QPushButton[kind="danger"]:disabled { color: $neutral; border-color: $hairline; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $panel; color: $neutral; border: none; }
QPushButton[kind="link"], QPushButton[kind="segment"] { border: 2px solid transparent;
  background: transparent; padding: @2 @6; color: $info; }
QPushButton[kind="link"]:hover, QPushButton[kind="segment"]:hover { background: $hover; }
QPushButton[kind="link"]:focus, QPushButton[kind="segment"]:focus { border: 2px solid $info; }
QPushButton[kind="segment"] { color: $neutral; font-size: @12; min-height: @16; }
QPushButton[kind="chip"] { border-radius: @12; padding: @2 @12; }
QPushButton[kind="chip"]:checked { background: $selected; border-color: $info; }
QPushButton[kind="door"] { text-align: left; padding: @16; border-radius: 8px; font-size: @16; }
QToolButton { border: 2px solid transparent; border-radius: 6px; padding: @4; }
QToolButton:hover { background: $hover; } QToolButton:focus { border-color: $info; }
QLineEdit, QPlainTextEdit { border: 1px solid $outline; border-radius: 6px; padding: @6 @8;
  background: $window; selection-background-color: $selected; selection-color: $text; }
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid $info; padding: @5 @7; }
QLineEdit[wrong="true"] { border: 2px solid $bad; padding: @5 @7; }
QLineEdit[kind="amount"] { font-size: @20; } QComboBox, QSpinBox { min-height: @28; }
QLineEdit:disabled { background: $panel; border-color: $hairline; }
QRadioButton, QCheckBox { spacing: @8; border: 2px solid transparent; border-radius: 6px; }
QRadioButton:focus, QCheckBox:focus { border-color: $info; }
QRadioButton::indicator { width: @14; height: @14; border: 1px solid $outline;
  border-radius: @7; background: $window; }
QRadioButton::indicator:checked { width: @6; height: @6; border: @5 solid $info; }
QFrame[kind="card"] { background: $panel; border: 1px solid $hairline; border-radius: 8px; }
QFrame[kind="rule"] { background: $hairline; }
QFrame[kind="banner"] { background: $panel; border-left: 4px solid $attention; }
QFrame[kind="banner"][role="bad"] { border-left-color: $bad; }
QFrame[kind="banner"][role="info"] { border-left-color: $info; }
QTableView { border: 2px solid transparent; } QTableView:focus { border-color: $info; }
QTableView::item:hover { background: $hover; } QScrollArea { border: none; }
QHeaderView::section { border: none; border-bottom: 1px solid $hairline; background: $window;
  color: $neutral; padding: @6 @8; font-size: @12; }
QListView#sidebar { background: $panel; border: none; padding: @8; outline: none; }
QListView#sidebar::item { padding: @8; border-radius: 6px; border: 2px solid transparent; }
QListView#sidebar::item:selected { background: $selected; color: $text; }
QListView#sidebar::item:selected:focus { border-color: $info; }
QScrollBar { background: transparent; border: none; } QScrollBar:vertical { width: @12; }
QScrollBar:horizontal { height: @12; } QScrollBar::handle { background: $outline;
  border-radius: 4px; margin: 2px; min-height: @28; min-width: @28; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; } QToolTip { padding: @4; }
QToolBar { border: none; border-bottom: 1px solid $hairline; spacing: @8; padding: @8; }
QStatusBar { border-top: 1px solid $hairline; } QStatusBar::item { border: none; }
QMenuBar { border-bottom: 1px solid $hairline; } QSplitter::handle { background: $hairline; }
"""


def style_sheet(given: Colours) -> str:
    """Fill the style sheet's names with one palette at the text size in force."""
    words = _SHEET
    for name in sorted(given._fields, key=len, reverse=True):
        words = words.replace("$" + name, getattr(given, name))
    for length in (28, 20, 16, 14, 12, 8, 7, 6, 5, 4, 2):
        words = words.replace(f"@{length}", f"{px(length)}px")
    return words
