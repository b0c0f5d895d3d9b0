"""Make the environment: `.venv` from the lock file, and what Qt needs of the system.

Standard library only, because it runs before anything is installed; every script here uses it. A
stamp of the lock makes a second run instant. Messages go to stderr, so that the output of the
command that follows stays clean.
"""

from __future__ import annotations

import configparser
import ctypes
import hashlib
import html
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"run": ROOT / "requirements" / "run.txt", "test": ROOT / "requirements" / "test.txt"}
CANNOT_SET_UP = 3

# Debian package -> the library it brings. Qt names libxcb-cursor0 whichever of them is missing.
QT_LIBRARIES = {
    "libegl1": "libEGL.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libfontconfig1": "libfontconfig.so.1",
    "libdbus-1-3": "libdbus-1.so.3",
    "libxkbcommon0": "libxkbcommon.so.0",
}
XCB_LIBRARIES = {
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
}
# Debian package -> a program of it.
TEST_PROGRAMS = {
    "xvfb": "xvfb-run",
    "xauth": "xauth",
    "gnome-keyring": "gnome-keyring-daemon",
    "dbus": "dbus-run-session",
    "zbar-tools": "zbarimg",
}
FONT_PACKAGE = "fonts-dejavu-core"


def say(text: str) -> None:
    """Tell the person what happens."""
    print(text, file=sys.stderr, flush=True)


def give_up(text: str) -> SystemExit:
    """Say what is missing and what to type; the caller raises the result."""
    say(text)
    return SystemExit(CANNOT_SET_UP)


def has_display() -> bool:
    """Tell whether a window can be shown here."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def prepare(*, test: bool = False) -> Path:
    """Make `.venv` and the system ready and return the environment's Python.

    Ends the program with exit code 3 and the line to type when something is missing that only the
    person can bring.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything is sure
        running = ".".join(map(str, sys.version_info[:3]))
        raise give_up(f"Tallystick needs Python 3.11 or newer; this is {running}.")
    check_system(test=test)
    python = venv_python()
    if not works(python):
        make_venv()
    install("test" if test else "run")
    return python


def venv_python() -> Path:
    """Return where the environment's Python is (or will be)."""
    if os.name == "nt":
        return VENV / "Scripts" / "python.exe"
    return VENV / "bin" / "python"


def enter() -> None:
    """Go on in `.venv`: make it ready and start the running script again there, if it is not."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return
    command = [str(prepare(test=True)), *sys.argv]
    if os.name != "nt":
        os.execve(command[0], command, child_environment())
    raise SystemExit(subprocess.run(command, env=child_environment(), check=False).returncode)


def child_environment(**more: str) -> dict[str, str]:
    """Return the environment for programs of ours: they find `wallet` from any folder."""
    environment = dict(os.environ, **more)
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return environment


def pytest_command(arguments: list[str], *, xcb: bool) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of one pytest run: own message bus, own screen if asked."""
    command = []
    if sys.platform == "linux" and shutil.which("dbus-run-session"):
        command += ["dbus-run-session", "--"]
    if xcb:
        command += ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24"]
    marks = "xcb" if xcb else "not xcb"
    command += [str(venv_python()), "-P", "-m", "pytest", "-q", "-m", marks, *arguments]
    environment = child_environment(QT_QPA_PLATFORM="xcb" if xcb else "offscreen")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    return command, environment


# --- packages of the environment ---------------------------------------------------------------


def works(python: Path) -> bool:
    """Tell whether this environment's Python starts, is new enough and has pip."""
    if not python.exists():
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    found = subprocess.run([str(python), "-c", probe], capture_output=True, check=False)
    return found.returncode == 0


def stamp_of(lock: Path) -> str:
    """Return the hash of a lock file, line ends aside."""
    return hashlib.sha256(lock.read_text("utf-8").encode()).hexdigest()


def install(kind: str) -> None:
    """Install from the lock unless the stamp says that it is there."""
    stamp = VENV / "tallystick-lock"
    have = stamp.read_text("utf-8").split() if stamp.exists() else []
    if stamp_of(LOCKS[kind]) in have:
        return
    say(f"Installing what {LOCKS[kind].relative_to(ROOT)} names; the first time takes a minute …")
    command = [str(venv_python()), "-m", "pip", "install", "-qq", "--no-input"]
    command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    done = subprocess.run([*command, "-r", str(LOCKS[kind])], check=False, stdout=sys.stderr)
    if done.returncode != 0:
        raise give_up("The packages could not be installed: see above. Is the network there?")
    kinds = ["run", "test"] if kind == "test" else ["run"]
    stamp.write_text("\n".join(stamp_of(LOCKS[k]) for k in kinds) + "\n", "utf-8")


def make_venv() -> None:
    """Make `.venv` with pip in it, also on a Debian without ensurepip."""
    say(f"Making {VENV.name} with Python {sys.version.split()[0]} …")
    if not has_ensurepip() and may_apt():
        apt_install(["python3-venv"])
    if has_ensurepip():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        return
    subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], check=True
    )
    bring_pip()


def has_ensurepip() -> bool:
    """Ask a fresh interpreter: Debian ships ensurepip in a package of its own."""
    probe = [sys.executable, "-c", "import ensurepip"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def bring_pip() -> None:
    """Put pip into an environment made without it: by a pip beside us, or by its wheel."""
    if importlib.util.find_spec("pip"):
        command = [sys.executable, "-m", "pip", "--python", str(venv_python()), "install"]
        if subprocess.run([*command, "-qq", "pip"], check=False).returncode == 0:
            return
    wheel = find_pip_wheel() or fetch_pip_wheel()
    if wheel is None:
        raise give_up("pip is missing. Type: sudo apt-get install -y python3-venv")
    command = [str(venv_python()), "-m", "pip", "install", "--quiet", "--no-index", str(wheel)]
    environment = dict(os.environ, PYTHONPATH=str(wheel))
    subprocess.run(command, check=True, env=environment, stdout=sys.stderr)


def find_pip_wheel() -> Path | None:
    """Look for a pip wheel on this disk: Debian's own folder, and pip's find-links folders."""
    folders = [Path("/usr/share/python-wheels")]
    folders += [Path(word) for word in pip_option("find-links") if Path(word).is_dir()]
    found = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    return found[-1] if found else None


def fetch_pip_wheel() -> Path | None:
    """Fetch the pip wheel of the lock from the configured index and check its hash."""
    named = re.search(r"^pip==(\S+)((?:.*\n)+?)(?=\w|\Z)", LOCKS["run"].read_text("utf-8"), re.M)
    if named is None:
        return None
    for index in [*pip_option("index-url"), *pip_option("extra-index-url")]:
        page = index.rstrip("/") + "/pip/"
        try:
            with urllib.request.urlopen(page, timeout=60) as answer:
                text = answer.read().decode()
            link = re.search(
                rf'href="([^"]*pip-{re.escape(named[1])}-py3-none-any\.whl[^"]*)', text
            )
            if link is None:
                continue
            where = urllib.parse.urljoin(page, html.unescape(link[1]))
            with urllib.request.urlopen(where, timeout=60) as answer:
                body = answer.read()
        except OSError:
            continue
        if f"sha256:{hashlib.sha256(body).hexdigest()}" in named[2]:
            target = VENV / f"pip-{named[1]}-py3-none-any.whl"
            target.write_bytes(body)
            return target
    return None


def pip_option(name: str) -> list[str]:
    """Return what pip is configured with: its environment variable, then its files."""
    words = os.environ.get("PIP_" + name.upper().replace("-", "_"), "").split()
    home = Path.home()
    files = [Path(os.environ.get("PIP_CONFIG_FILE", os.devnull)), Path("/etc/pip.conf")]
    files += [home / ".config/pip/pip.conf", home / ".pip/pip.conf", home / "pip/pip.ini"]
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, "utf-8")
        except configparser.Error:
            continue
        for section in ("global", "install"):
            words += parser.get(section, name, fallback="").split()
    return words


# --- packages of the system --------------------------------------------------------------------


def check_system(*, test: bool) -> None:
    """Make sure of Qt's libraries (and, for tests, of the programs they drive); Linux only."""
    if sys.platform != "linux":
        return
    window = test or has_display()
    libraries = {**QT_LIBRARIES, **(XCB_LIBRARIES if window else {})}
    needed = [package for package, name in libraries.items() if not has_library(name)]
    wanted = missing_test_packages() if test else []
    if not needed and not wanted:
        return
    if may_apt():
        apt_install(needed + wanted)
        return
    for package in needed:
        say(f"Missing: {libraries[package]} (Debian and Ubuntu: {package})")
    if needed + wanted:
        say("Type: sudo apt-get install -y " + " ".join(needed + wanted))
    if needed and window:
        raise SystemExit(CANNOT_SET_UP)


def missing_test_packages() -> list[str]:
    """Return the packages of programs and fonts that tests drive and this system lacks."""
    missing = [package for package, name in TEST_PROGRAMS.items() if not shutil.which(name)]
    fonts = Path("/usr/share/fonts")
    if not any(fonts.rglob("DejaVuSans.ttf")):
        missing.append(FONT_PACKAGE)
    return missing


def has_library(name: str) -> bool:
    """Tell whether the system's loader finds a library, by its cache or by loading it."""
    for ldconfig in ("ldconfig", "/sbin/ldconfig"):
        if shutil.which(ldconfig):
            cache = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False)
            if f"\t{name} " in cache.stdout:
                return True
            break
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def may_apt() -> bool:
    """Tell whether packages of the system can be installed here: Debian's tool, and root."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> None:
    """Install packages of the system; ends the program when that fails."""
    say("Installing with apt-get: " + " ".join(packages))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for arguments in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends"]):
        command = ["apt-get", *arguments, *(packages if "install" in arguments else [])]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0 and "install" in arguments:
            say(done.stdout[-2000:] + done.stderr[-2000:])
            raise give_up("Type: apt-get install -y " + " ".join(packages))


if __name__ == "__main__":
    raise SystemExit("This is a part of scripts/run.py and scripts/test.py; start one of those.")
