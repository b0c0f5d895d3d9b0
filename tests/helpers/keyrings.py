"""A keyring in memory, for tests that are not about keyrings."""

from __future__ import annotations


class MemoryKeyring:
    """Keeps texts in a dictionary; set `forgets` and it keeps nothing."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.forgets = False

    def get(self, user: str) -> str | None:
        return self.texts.get(user)

    def set(self, user: str, text: str) -> None:
        if not self.forgets:
            self.texts[user] = text

    def delete(self, user: str) -> None:
        self.texts.pop(user, None)
