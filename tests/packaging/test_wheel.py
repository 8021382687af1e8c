"""The wheel, built and used outside the checkout by an environment that has only the dependencies."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"augment", "balancer", "recipes", "merhan"}

AUGMENT_ONE = """
import augment, numpy as np
from pathlib import Path
assert Path(augment.__file__).is_relative_to(Path({prefix!r})), augment.__file__
tone = np.sin(np.arange(16000) * 0.1).astype("float32")
out = augment.PitchShift(semitones=(1, 1))(tone, 16000, augment.generator(0, "a"))
assert out.shape == tone.shape and out.dtype == np.float32
assert not np.allclose(out, tone)
from augment import SynonymReplacement
print(SynonymReplacement(rate=0.3)("They bought a large house near the river", augment.generator(0, "a", stream="text")))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment: the wheel, and the development environment's packages, but not its editable install."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    # A path that a .pth file adds is searched, but .pth files in it (the editable install) are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder),
        "install",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run([*install, "--ignore-installed", "--quiet"], check=True, capture_output=True, text=True)
    return folder


def test_wheel_holds_the_four_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == PACKAGES
    assert all(f"{package}/py.typed" in names for package in PACKAGES)
    assert "recipes/builtin/minority_boost.yaml" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith((".nbi", ".nbc"))]
    licences = [name for name in names if ".dist-info/licenses/" in name]
    assert any(name.endswith("LICENSE") for name in licences)
    assert any(name.endswith("WORDNET-LICENSE.txt") for name in licences)


def test_wheel_lists_recipes_outside_the_checkout(environment: Path, tmp_path: Path) -> None:
    command = [str(environment / "bin" / "merhan-balance"), "recipes", "ls"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=_clean())
    assert done.returncode == 0, done.stderr
    assert "minority_boost" in done.stdout
    assert "pseudo_speakers" in done.stdout


def test_wheel_augments_outside_the_checkout(environment: Path, tmp_path: Path) -> None:
    script = AUGMENT_ONE.format(prefix=str(environment))
    command = [str(environment / "bin" / "python"), "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=_clean())
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() != "They bought a large house near the river"


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
