"""What can be opened: place → how its page is made. A page's module is imported when first shown.

Pages of the sidebar are those of `shortcuts.PAGES` that stand here; the others are opened over
them with a subject (a tally's id, a link …).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from wallet.gui.views.shell import Shell

Factory = Callable[[Shell, str], QWidget]


def _home(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.home import HomePage

    del subject
    return HomePage(shell)


def _notices(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.notices import NoticesPage

    del subject
    return NoticesPage(shell)


def _settings(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.settings import SettingsPage

    return SettingsPage(shell, subject)


def _emergency(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.emergency import EmergencyPage

    del subject
    return EmergencyPage(shell)


PLACES: dict[str, Factory] = {
    "home": _home,
    "notices": _notices,
    "settings": _settings,
    "emergency": _emergency,
}
