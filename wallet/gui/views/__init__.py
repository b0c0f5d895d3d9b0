"""Pages and the window around them. A page asks its view-model, never the door by itself.

Start reading at `main_window.py`; `places.py` lists what can be opened, `shell.py` what a page may
ask of the window.
"""

from __future__ import annotations
