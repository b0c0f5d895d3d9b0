"""Settings: declared once, read once, in one order."""

from __future__ import annotations

import pytest

from wallet.engine.settings import SETTINGS, BadSetting, as_markdown, choose


def test_nobody_says_anything(tmp_path):
    found = choose(tmp_path, {})
    assert (found.listen, found.port, found.relays) == ("", 0, ())


def test_later_words_win(tmp_path):
    (tmp_path / "settings.toml").write_text('listen = "10.0.0.1"\nport = 4000\nrelay = "https://a"')
    environment = {"TALLYSTICK_LISTEN": "10.0.0.2"}
    found = choose(tmp_path, environment, {"listen": "127.0.0.1"})
    assert (found.listen, found.port, found.relays) == ("127.0.0.1", 4000, ("https://a",))
    assert choose(tmp_path, environment).listen == "10.0.0.2"
    assert choose(tmp_path, {}).listen == "10.0.0.1"


@pytest.mark.parametrize("text", ["port = true", 'port = "x"', "colour = 1", "listen = 3", "= ="])
def test_a_bad_file_is_named_and_not_guessed_at(tmp_path, text):
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(BadSetting):
        choose(tmp_path, {})


def test_the_page_names_every_setting():
    page = as_markdown()
    assert all(f"`{one.name}`" in page and one.help in page for one in SETTINGS)
