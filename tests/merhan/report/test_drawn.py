from __future__ import annotations

from rich.console import Console

from merhan.report.drawn import parameter_lines


def shown(*steps: dict, width: int = 100) -> list[str]:
    console = Console(width=width)
    return [line.plain for line in parameter_lines(steps, console, width)]


def step(name: str, settings: dict, params: dict, scope: str = "utterance", **more) -> dict:
    return {"name": name, "scope": scope, "settings": settings, "params": params, **more}


def test_what_was_drawn_and_what_is_not_usual():
    pitch = step("pitch_shift", {"formants": "move", "engine": "wsola"}, {"semitones": -1.0423}, "speaker")
    assert shown(pitch) == ["pitch_shift (the whole voice)  semitones -1.04  formants move"]


def test_seeds_and_what_was_not_drawn_are_left_out_and_hertz_are_not_powers_of_ten():
    low = step("filter", {"order": 4}, {"low_hz": None, "high_hz": 3031.7})
    noise = step("add_noise", {"folder": None}, {"snr_db": 20.0, "seed": 31379927298635, "color": "pink"})
    assert shown(low, noise) == ["filter  high_hz 3032", "add_noise  snr_db 20, color pink"]


def test_numbers_are_shown_edits_counted_partners_named():
    babble = step("add_noise", {}, {"partners": ["a", "b"], "starts": [0.25, 0.5]})
    words = step("random_swap", {"rate": 0.1}, {"edits": [{"start": 0}, {"start": 3}]}, matches_sound=False)
    alone = step("copy_paste", {}, {"partners": [], "pauses": []})
    assert shown(babble) == ["add_noise  partners a + b, starts 0.25 0.5"]
    assert shown(words)[0].startswith("random_swap (other words than are heard)  edits 2")
    assert shown(alone) == ["copy_paste  partners none, pauses 0"]


def test_another_librarys_step_reads_like_ours():
    drawn = {"should_apply": True, "amplitude_ratio": 1.5}
    gain = step(
        "audiomentations.Gain", {"min_gain_db": 2.0, "max_gain_db": 12.0}, {"seed": 1, "drawn": drawn}
    )
    assert shown(gain) == ["audiomentations.Gain  amplitude_ratio 1.5  min_gain_db 2"]


def test_where_a_seed_is_all_there_is_it_is_shown():
    settings = {"min_gain_db": -12.0, "max_gain_db": 12.0}
    bands = step(
        "audiomentations.SevenBandParametricEQ", settings, {"seed": 7, "drawn": {"should_apply": True}}
    )
    assert shown(bands) == ["audiomentations.SevenBandParametricEQ  seed 7"]


def test_long_lines_run_on_indented():
    long = step("add_noise", {}, {"partners": [f"utterance_{n}" for n in range(8)], "snr_db": 3.0})
    (line,) = shown(long, width=60)
    first, *others = line.splitlines()
    assert first.startswith("add_noise  partners")
    assert others
    assert all(rest.startswith("    u") or rest.startswith("    +") for rest in others)
    assert max(map(len, line.splitlines())) <= 60


def test_nothing_done_is_said():
    assert shown() == ["nothing changed"]
