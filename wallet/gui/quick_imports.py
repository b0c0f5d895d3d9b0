"""Imports as Python makes them: importing this module takes PySide's own hook away.

PySide reads the source of every imported module, ours and others', to see whether it may use
`from __feature__ import …`. Nothing here does, and the reading is a seventh of a start. Source:
`shibokensupport/feature.py` (PySide 6.11), which keeps the original in `builtins`; where a later
PySide keeps it elsewhere, nothing is changed.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - it sets the hook

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
