"""The only dice of the wallet (house.md, rule 4: entropy is an argument everywhere else)."""

from __future__ import annotations

import os


class SystemEntropy:
    """The random source of this machine."""

    def token(self, size: int) -> bytes:
        """Return `size` bytes that nobody can guess."""
        return os.urandom(size)
