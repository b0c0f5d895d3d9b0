"""Errors at their place: status line, page, report (house rule 3.10)."""

from __future__ import annotations

import platform
import traceback
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from wallet import __version__
from wallet.gui import theme
from wallet.gui.errors import explain
from wallet.gui.text import bare, say
from wallet.gui.theme import Size
from wallet.gui.views.shell import Shell
from wallet.gui.widgets.buttons import Kind, push_button
from wallet.gui.widgets.labels import plain_label
from wallet.gui.widgets.surfaces import row
from wallet.model.errors import BugError, StoreError, WalletError

PACKAGE = "wallet"


def show_error(shell: Shell, error: BaseException) -> None:
    """Show an error that no page took: faults of the program in the report, the rest in a line."""
    if isinstance(error, StoreError):
        from wallet.gui.views.stopped import StoppedPage

        if (cover := getattr(shell, "show_cover", None)) is not None:
            cover(StoppedPage(error.code))
        return
    if isinstance(error, WalletError) and not isinstance(error, BugError):
        shell.tell(explain(error, shell.desk.figures).whole)
        return
    ask_report(shell, report_of(error))  # type: ignore[arg-type]


def report_of(error: BaseException) -> str:
    """Write a report: kinds of errors and places in our own files, never a value of anything.

    The text of an exception may hold a name, an amount or a key, so it is left out.
    """
    lines = [
        f"Tallystick {__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()}",
        f"{type(error).__name__} {getattr(error, 'code', '')}".rstrip(),
    ]
    for frame in traceback.extract_tb(error.__traceback__):
        parts = Path(frame.filename).parts
        ours = PACKAGE in parts
        place = "/".join(parts[parts.index(PACKAGE) :]) if ours else Path(frame.filename).name
        lines.append(f"  {place}:{frame.lineno} {frame.name}")
    return "\n".join(lines)


class ReportDialog(QDialog):
    """The report, to read, copy and save; nothing is sent."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report")
        self._report = report
        self.setWindowTitle(bare(say("report.title")))
        self.setMinimumWidth(theme.px(theme.TEXT_WIDTH))
        body = QVBoxLayout(self)
        margin = theme.px(theme.PAGE)
        body.setContentsMargins(margin, margin, margin, margin)
        body.setSpacing(theme.px(theme.GROUP))
        body.addWidget(plain_label(say("report.title"), size=Size.TITLE))
        body.addWidget(plain_label(say("report.text")))
        shown = QPlainTextEdit(report)
        shown.setReadOnly(True)
        shown.setTabChangesFocus(True)
        shown.setAccessibleName(bare(say("report.name")))
        body.addWidget(shown)
        self.copy = push_button(say("common.copy"), self._copy)
        self.save = push_button(say("report.save"), self._save)
        self.done_button = push_button(say("common.close"), self.accept, kind=Kind.PRIMARY)
        line = row(self.copy, self.save, self.done_button)
        line.insertStretch(0, 1)
        body.addLayout(line)
        self.done_button.setFocus()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._report)

    def _save(self) -> None:
        dialog = QFileDialog(self, bare(say("report.save")))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("tallystick-report.txt")
        dialog.fileSelected.connect(lambda path: Path(path).write_text(self._report, "utf-8"))
        dialog.open()


def ask_report(parent: QWidget, report: str) -> None:
    """Show a report; an empty one says only which program this is."""
    dialog = ReportDialog(report or report_of(BugError()), parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
