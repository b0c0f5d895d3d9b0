"""The screens: words, pictures, clicks. The only part that knows Qt.

Stairs: main → views → widgets → viewmodels → bridge | errors → text → theme | numbers | shortcuts.
Sees of the engine only `engine.api`; never waits for it (`bridge.py`), never asks its insides.
Start reading at `views/main_window.py`, then `viewmodels/base.py`.
"""

from __future__ import annotations
