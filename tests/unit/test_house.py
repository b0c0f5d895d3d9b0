"""The house's own rules: what is chosen at collection, quiet logs, printed rules, setting up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))

import rules  # noqa: E402
import setup_env  # noqa: E402

import docs  # noqa: E402 - scripts are no package


@pytest.fixture
def house(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a folder of tests under the conftest of this house."""
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    marks = "\n".join(f"  {name}: x" for name in ("needs", "xcb", "long", "expects_warnings"))
    pytester.makeini(f"[pytest]\nmarkers =\n{marks}\n")
    return pytester


def test_a_test_the_system_cannot_run_is_left_out_and_named(
    house: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.makepyfile(
        """
        import pytest

        @pytest.mark.needs("zbarimg")
        def test_reads(): ...

        @pytest.mark.xcb
        def test_shows(): ...

        def test_always(): ...
        """
    )
    monkeypatch.setenv("PATH", "/nowhere")
    result = house.runpytest_subprocess("--missing-report=missing")
    result.assert_outcomes(passed=1, deselected=2)
    named = (house.path / "missing").read_text("utf-8")
    wanted = ["test_shows (needs xvfb)", "test_reads (needs zbarimg)"]
    assert [line.rpartition("::")[2] for line in named.splitlines()] == wanted


def test_an_unknown_need_ends_the_run(house: pytest.Pytester) -> None:
    house.makepyfile(
        """
        import pytest

        @pytest.mark.needs("a-unicorn")
        def test_rides(): ...
        """
    )
    result = house.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_an_unexpected_warning_of_the_wallet_fails_its_test(house: pytest.Pytester) -> None:
    house.makepyfile(
        """
        import logging
        import pytest

        def test_warns(): logging.getLogger("wallet.link").warning("peer broke a rule")

        @pytest.mark.expects_warnings
        def test_means_to(): logging.getLogger("wallet.link").warning("peer broke a rule")

        def test_informs(): logging.getLogger("wallet.link").info("connected")
        """
    )
    house.runpytest_subprocess().assert_outcomes(passed=2, failed=1)


def test_the_same_seed_gives_the_same_order(house: pytest.Pytester) -> None:
    names = "\n".join(f"def test_{n}(): ..." for n in range(12))
    house.makepyfile(names)
    orders = [
        [
            line
            for line in house.runpytest_subprocess("-v", f"--order-seed={seed}").outlines
            if "::" in line
        ]
        for seed in (3, 3, 4)
    ]
    order = [[line.split()[0] for line in lines] for lines in orders]
    assert order[0] == order[1]
    assert order[0] != order[2]
    assert len(order[0]) == 12


def test_rules_are_found_on_tests_classes_files_and_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(
        """
import pytest
pytestmark = pytest.mark.rule("R1")
CASES = [pytest.param(1, marks=pytest.mark.rule("F7"))]
@pytest.mark.parametrize("n", CASES)
def test_a(n): ...
@pytest.mark.rule("R4")
class TestB:
    @pytest.mark.rule("H1")
    def test_b(self): ...
""",
        "utf-8",
    )
    monkeypatch.setattr(rules, "TESTS", tmp_path / "tests")
    a, b = "tests/test_a.py::test_a", "tests/test_a.py::TestB::test_b"
    assert rules.find_tests() == {"R1": [a, b], "F7": [a], "R4": [b], "H1": [b]}


def test_a_rule_marked_built_without_a_test_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "TESTS", tmp_path)
    monkeypatch.setattr(rules, "BUILT_FILE", tmp_path / "built")
    (tmp_path / "built").write_text("R4\n", "utf-8")
    with pytest.raises(ValueError, match="no test carries it: R4"):
        rules.as_markdown()


def test_a_page_a_printer_no_longer_prints_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    docs.write("docs/protocol/", {"docs/protocol/a.md": "a", "docs/protocol/b.md": "b"})
    assert docs.compare("docs/protocol/", {"docs/protocol/a.md": "A"}) == [
        "docs/protocol/a.md is out of date",
        "docs/protocol/b.md is no longer printed",
    ]


def test_the_lock_keeps_markers_and_hashes_and_names_no_host() -> None:
    for lock in setup_env.LOCKS.values():
        text = lock.read_text("utf-8")
        assert "://" not in text
        for marked in ("colorama==", "pywin32-ctypes==", "secretstorage==", "jeepney==", "iroh=="):
            line = next(line for line in text.splitlines() if line.startswith(marked))
            assert " ; " in line
        packages = [line for line in text.splitlines() if "==" in line and line[0].isalpha()]
        assert text.count(" \\\n    --hash=sha256:") >= len(packages)


def test_a_library_is_found_by_its_name_and_a_made_up_one_is_not() -> None:
    assert not setup_env.has_library("libtallystick-made-up.so.1")


@pytest.mark.needs("linux")
def test_what_is_missing_is_named_in_one_line_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup_env, "has_library", lambda name: "xcb-cursor" not in name)
    monkeypatch.setattr(setup_env, "may_apt", lambda: False)
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(SystemExit) as ended:
        setup_env.check_system(test=False)
    assert ended.value.code == setup_env.CANNOT_SET_UP
    assert "sudo apt-get install -y libxcb-cursor0" in capsys.readouterr().err
