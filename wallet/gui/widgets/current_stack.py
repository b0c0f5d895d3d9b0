"""A stack as high as the page it shows, so that a short page does not scroll like a long one."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget


class CurrentStack(QStackedWidget):
    """A stack that is as large as the page it shows, not as the largest of all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.currentChanged.connect(self._fit)

    def addWidget(self, widget: QWidget) -> int:
        """Add a page; pages that are not shown ask for no room."""
        number = super().addWidget(widget)
        self._fit()
        return number

    def _fit(self, _: int = 0) -> None:
        for number in range(self.count()):
            page = self.widget(number)
            if page is None:
                continue
            shown = number == self.currentIndex()
            policy = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)
        self.updateGeometry()
