"""Parts of screens: labels, buttons, fields, painted things, the one way to sign.

Import each from its own module. Nothing here asks the engine; values come in, signals go out.
Start reading at `labels.py` and `review.py`.
"""

from __future__ import annotations
