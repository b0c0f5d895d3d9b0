"""Other limits for one process, so that a test need not wait as long as people do.

TALLYSTICK_TEST_LIMITS is words NAME=NUMBER, with names of `wallet/model/limits.py` or
`wallet/crypto/kdf.py`.  Import this before anything of the wallet: who imports a limit takes the
value that it has then.
"""

from __future__ import annotations

import os

from wallet.crypto import kdf
from wallet.model import limits

VARIABLE = "TALLYSTICK_TEST_LIMITS"


def change(words: str) -> tuple[str, ...]:
    """Set them; returns the names.  Raises AssertionError for one that does not exist."""
    changed = []
    for one in words.split():
        name, _, number = one.partition("=")
        home = next((where for where in (limits, kdf) if hasattr(where, name)), None)
        assert home is not None, name
        setattr(home, name, int(number))
        changed.append(name)
    return tuple(changed)


CHANGED = change(os.environ.get(VARIABLE, ""))
