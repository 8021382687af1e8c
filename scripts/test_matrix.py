"""Run the plugin's tests on the oldest and the newest transformers that pyproject.toml admits: `make test-matrix`.

Each version lies in a folder of its own (.matrix/transformers-…) that goes before the installed packages; what it needs
in another version than the installed one goes there too, and all the rest, torch above all, is used as it is.

    python scripts/test_matrix.py [VERSION…] [-- PYTEST ARGUMENTS…]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
TESTS = [
    "tests/balancer/plugin",
    "tests/examples",
    "tests/recipes/test_equip.py",
    "tests/recipes/test_equip_processes.py",
]


def main(arguments: list[str]) -> int:
    """The exit status: 0 where every version passes."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    versions, tests = (
        arguments[:cut],
        arguments[cut + 1 :] or [test for test in TESTS if (ROOT / test).exists()],
    )
    found = {str(wanted): run(wanted, tests) for wanted in [*map(_pinned, versions)] or admitted()}
    for wanted, (version, passed) in found.items():
        print(f"{wanted}: transformers {version} {'passed' if passed else 'FAILED'}")
    return 0 if all(passed for _, passed in found.values()) else 1


def admitted() -> list[Requirement]:
    """The oldest and the newest that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = next(r for r in map(Requirement, project["dependencies"]) if r.name == "transformers")
    oldest = next(bound.version for bound in wanted.specifier if bound.operator == ">=")
    return [_pinned(oldest), wanted]


def run(wanted: Requirement, tests: list[str]) -> tuple[str, bool]:
    """The version that was found, and whether the tests pass on it."""
    folder = ROOT / ".matrix" / str(wanted).replace("=", "-").replace(">", "from").replace("<", "below")
    install(wanted, folder)
    version = _in(folder, "transformers").version
    print(f"\n{wanted}: transformers {version}", flush=True)
    paths = [str(folder), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *tests]
    used = [sys.executable, "-c", "import transformers; print(transformers.__version__)"]
    said = subprocess.run(used, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    if said.strip() != version:
        raise SystemExit(f"{folder} does not come before the installed packages: {said.strip()} is imported.")
    return version, subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode == 0


def install(wanted: Requirement, folder: Path) -> None:
    """A package into a folder, and whatever it needs that isn't installed in a version that will do."""
    _pip(folder, [str(wanted)])
    waiting = [wanted.name]
    while waiting:
        needs = [Requirement(text) for text in _in(folder, waiting.pop()).requires or []]
        needs = [r for r in needs if r.marker is None or r.marker.evaluate({"extra": ""})]
        missing = [r for r in needs if not _does(folder, r)]
        if missing:
            _pip(folder, [f"{r.name}{r.specifier}" for r in missing])
            waiting += [r.name for r in missing]


def _pip(folder: Path, wanted: list[str]) -> None:
    print(f"Installing {', '.join(wanted)} into {folder.relative_to(ROOT)} …", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--upgrade", "--target", str(folder), *wanted], check=True)


def _in(folder: Path, name: str) -> Distribution:
    return next(iter(Distribution.discover(name=name, path=[str(folder)])))


def _does(folder: Path, wanted: Requirement) -> bool:
    """Whether a version that fits is in the folder or installed; the folder's is the one that is imported."""
    here = list(Distribution.discover(name=wanted.name, path=[str(folder)]))
    try:
        version = here[0].version if here else distribution(wanted.name).version
    except PackageNotFoundError:
        return False
    return wanted.specifier.contains(version, prereleases=True)


def _pinned(version: str) -> Requirement:
    return Requirement(f"transformers=={version}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
