"""What can be opened: place → how its page is made. A page's module is imported when first shown.

Pages of the sidebar are those of `shortcuts.PAGES` that stand here; the others are opened over
them with a subject (a tally's id, a link …).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from wallet.gui.views.shell import Shell

CARD = "tallystick:card"
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


def _scan(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.scan import ScanPage

    del subject
    return ScanPage(shell)


def _answer(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.answer import AnswerPage

    link = subject.rpartition(" ")[2]  # before it may stand how it came
    if link.casefold().startswith(CARD):
        return _card(shell, link)
    # Without a link there is nothing to answer yet: ask for one.
    return AnswerPage(shell, subject) if subject else _scan(shell, subject)


def _invite(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.invite import InvitePage

    return InvitePage(shell, subject)


def _invitations(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.invitations import InvitationPage, InvitationsPage

    return InvitationPage(shell, subject) if subject else InvitationsPage(shell)


def _tallies(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.tallies import TalliesPage

    del subject
    return TalliesPage(shell)


def _tally(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.tally import TallyPage

    return TallyPage(shell, subject)


def _activity(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.activity import ActivityPage

    del subject
    return ActivityPage(shell)


def _amend(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.amend import AmendPage

    return AmendPage(shell, subject)


def _chit(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.chit import ChitPage

    return ChitPage(shell, subject)


def _pay(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.pay import PayPage

    return PayPage(shell, subject)


def _session(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.session import SessionPage
    from wallet.gui.views.sessions import SessionsPage

    return SessionPage(shell, subject) if subject else SessionsPage(shell)


def _paper(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.paper import PaperPage

    del subject
    return PaperPage(shell)


def _papers(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.papers import PapersPage

    del subject
    return PapersPage(shell)


def _deciding(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.deciding import DecidingPage

    del subject
    return DecidingPage(shell)


def _card(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.card import CardPage

    return CardPage(shell, subject)


def _compare(shell: Shell, subject: str) -> QWidget:
    from wallet.gui.views.compare import ComparePage

    return ComparePage(shell, subject)


PLACES: dict[str, Factory] = {
    "home": _home,
    "tallies": _tallies,
    "activity": _activity,
    "notices": _notices,
    "settings": _settings,
    "emergency": _emergency,
    "scan": _scan,
    "answer": _answer,
    "invite": _invite,
    "invitation": _invitations,
    "invitations": _invitations,
    "tally": _tally,
    "amend": _amend,
    "chit": _chit,
    "pay": _pay,
    "session": _session,
    "paper": _paper,
    "papers": _papers,
    "deciding": _deciding,
    "card": _card,
    "compare": _compare,
}
