"""Labels: always plain text. The one place where a `QLabel` is made (ux.md H10)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from wallet.gui import theme
from wallet.gui.theme import Role, Size
from wallet.gui.widgets.icons import icon_pixmap

_SIZES = {Size.SMALL: "small", Size.LARGE: "large", Size.TITLE: "title", Size.HERO: "hero"}


def plain_label(
    text: str = "",
    *,
    role: Role = Role.TEXT,
    size: Size = Size.BODY,
    strong: bool = False,
    wrap: bool = True,
    selectable: bool = False,
) -> QLabel:
    """Make a label that shows its text as it is, never as markup.

    A label that may be selected can be reached by Tab and has its text as accessible name.
    """
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setText(text)
    made.setProperty("size", _SIZES.get(size, ""))
    made.setProperty("strong", strong)
    if size in (Size.TITLE, Size.HERO) or size is Size.LARGE:
        made.setFont(theme.font(size, bold=strong or size is not Size.LARGE))
    set_role(made, role)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def set_role(widget: QWidget, role: Role) -> None:
    """Change the colour role of a label or banner."""
    if widget.property("role") == role.value:
        return
    widget.setProperty("role", role.value)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at a widget's properties again; before it was shown it will."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def rule() -> QFrame:
    """Make a hairline."""
    made = QFrame()
    made.setProperty("kind", "rule")
    made.setFixedHeight(1)
    return made


class IconLabel(QWidget):
    """An icon beside words that say the same; silent for screen readers."""

    def __init__(
        self,
        name: str,
        role: Role = Role.TEXT,
        size: int = theme.ICON,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._role = role
        self._size = size
        self._fit()

    def set_icon(self, name: str, role: Role) -> None:
        """Show another icon."""
        self._name, self._role = name, role
        self.update()

    def _fit(self) -> None:
        self.setFixedSize(theme.px(self._size), theme.px(self._size))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.drawPixmap(0, 0, icon_pixmap(self._name, self._role, self._size))
        painter.end()
