"""Tallystick: a desktop wallet for credit between people who trust each other.

Floors, from the ground up: crypto, model, protocol, store | transport, engine, gui | cli.
Imports look down, never up; `app.py` alone knows every floor and joins them.
Start reading at `wallet/model`, then `wallet/protocol/machine.py`.
"""

from __future__ import annotations

__version__ = "0.1.0"
