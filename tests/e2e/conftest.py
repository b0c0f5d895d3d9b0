"""A real Secret Service for the wallets of a file, and two of them with an open tally."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import secret_service
from tests.helpers.running import Folders, Running, open_tally
from tests.helpers.secret_service import SecretService


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    """gnome-keyring on a bus of its own, for this process and those it starts."""
    screen = os.environ.get("DISPLAY")
    folder = tmp_path_factory.mktemp("secrets")
    with pytest.MonkeyPatch.context() as patch, secret_service.running(folder, patch) as service:
        if screen is not None:  # the window needs it, and nothing on this bus asks anybody
            patch.setenv("DISPLAY", screen)
        yield service


@pytest.fixture(scope="module")
def opened(keyring: SecretService, tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Ada and Bo with an open tally, both closed: to be copied."""
    folders = Folders.within(tmp_path_factory.mktemp("opened"))
    with Running(folders.ada) as ada, Running(folders.bo) as bo:
        ada.init("Ada")
        bo.init("Bo")
        open_tally(ada, bo)
        assert [ada.close(), bo.close()] == [0, 0]
    return folders


@pytest.fixture
def pair(opened: Folders, tmp_path: Path) -> Folders:
    """The same two profiles for one test."""
    return opened.copy_to(tmp_path)
