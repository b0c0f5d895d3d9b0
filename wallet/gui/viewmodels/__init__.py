"""What screens show, worked out without a screen: QtCore only, tested against a fake door.

A view-model asks the door for views, hears notices through the bridge and emits `changed`.
Start reading at `base.py`.
"""

from __future__ import annotations
