from __future__ import annotations

import io

import pytest
from rich.console import Console

from merhan.evaluation.audit.kept import Kept, Move
from merhan.evaluation.audit.ladder import axes_of, ladder
from merhan.evaluation.audit.results import Audit, Height, Measured, Reference, StepAudit
from merhan.evaluation.audit.steps import steps_of
from merhan.report.audit import render_audit, verdict
from merhan.report.audit_facts import audit_facts
from recipes import load_recipe

CLASSES = ("anger", "boredom", "disgust", "fear", "joy", "neutral", "sadness")


def measured(kept: int, moved=(), n: int = 280) -> Measured:
    share = kept / n if n else 0
    classes = {name: Kept(round(40 * share), 40, 0.6, 0.9) for name in CLASSES} if n else {}
    moves = (Move("fear", "sadness", 12, 40), Move("joy", "anger", 8, 40)) if kept < n else ()
    return Measured(Kept(kept, n, share - 0.05, min(1, share + 0.05)), classes, moves, moved, 0.93)


@pytest.fixture(scope="module")
def found() -> Audit:
    augment = {
        "audio": [{"pitch_shift": {"semitones": [-2, 2]}}, {"add_noise": {"snr_db": [15, 35]}}],
        "text": ["random_swap"],
    }
    pitch, noise, swap = steps_of(load_recipe({"balance": {"target": "majority"}, "augment": augment}))

    def audited(step, moved, reason=""):
        heights = tuple(
            Height(rung, measured(200, moved[rung.shown]) if rung.shown in moved else measured(270))
            for rung in ladder(step.transform)
        )
        return StepAudit(step, tuple(axes_of(step.transform)), heights, reason)

    return Audit(
        recipe="probe",
        keep=0.9,
        rows=535,
        speakers=10,
        classes=CLASSES,
        references={"audio": Reference(0.84, 0.81, 0.87, 1 / 7, 280, Kept(240, 280, 0.8, 0.9))},
        steps=(
            audited(pitch, {"-2": ("", "fear"), "-3": ("",), "+3": ("joy",)}),
            audited(noise, {}),
            audited(swap, {}, "words alone hardly tell emotions here (UAR 0.18, chance 0.14)"),
        ),
        wholes={"audio": measured(228, ("",))},
    )


def lines(found: Audit, width: int, **options) -> list[str]:
    """As a terminal of that width shows it."""
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False, **options)
    for item in render_audit(found):
        console.print(item)
    return file.getvalue().splitlines()


def test_a_hundred_columns_hold_classes_and_moves(found):
    shown = lines(found, 100)
    assert max(map(len, shown)) <= 100
    (row,) = [line for line in shown if line.lstrip().startswith("-2 ")]
    assert row.split()[:5] == ["-2", "71!", "66–76", "93", "72"]
    assert "72!" in row  # fear
    assert any("semitones, 280 copies each" in line for line in shown)
    assert "fear → sadness 30" in row
    assert any(line.lstrip().startswith("(-3)") for line in shown)  # further than the recipe goes
    assert any("anger bore" in line and "moves" in line for line in shown)
    assert any("not judged: words alone hardly tell emotions here" in line for line in shown)


def test_narrow_terminals_show_the_lowest_class(found):
    shown = lines(found, 72)
    assert max(map(len, shown)) <= 72
    assert any("lowest class" in line for line in shown)


def test_without_utf8_and_colour(found):
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=file, width=104, highlight=False, no_color=True)
    for item in render_audit(found):
        console.print(item)
    file.flush()
    text = file.buffer.getvalue().decode("ascii")  # nothing that it can't show
    assert "fear -> sadness 30" in text


def test_the_verdict_says_from_where_on_and_whether_the_recipe_goes_there(found):
    assert verdict(found.steps[0], 0.9) == (
        "moves decisions from -2 on (all 71 %, fear 72 %) and from +3 on (joy 72 %, further than the recipe goes)"
    )
    assert verdict(found.steps[1], 0.9) == "no class surely keeps less than 90 %, up to 10"


def test_presets_are_told_by_name(found):
    recipe = {"balance": {"target": "majority"}, "augment": {"audio": [{"loudness": {"lufs": [-50, -40]}}]}}
    (step,) = steps_of(load_recipe(recipe))

    def told(*moving: str) -> str:
        heights = [
            Height(rung, measured(200, ("joy",)) if rung.shown in moving else measured(280))
            for rung in ladder(step.transform)
        ]
        return verdict(StepAudit(step, (), tuple(heights)), 0.9)

    assert told("strong") == "no class surely keeps less than 90 %, as it is"
    assert told("as it is") == "moves decisions as it is (joy 72 %); its preset strong does not"
    assert told("as it is", "light") == "moves decisions as it is (joy 72 %); so does its lightest preset"


def test_facts_are_plain(found):
    facts = audit_facts(found)
    pitch = facts["steps"][0]
    assert pitch["begins"]["all"] == ["-2", None]
    assert pitch["begins"]["fear"] == ["-2", None]
    assert pitch["begins"]["joy"] == [None, "+3"]
    assert facts["steps"][2]["unjudged"].startswith("words alone")
    assert pitch["strengths"][1]["moves"][0] == {"before": "fear", "after": "sadness", "n": 12, "of": 40}
    assert facts["judges"]["audio"]["another"]["share"] == pytest.approx(240 / 280)
