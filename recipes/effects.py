"""What a recipe changes and what that costs, in a few words; read off its plain values, nothing is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Steps that ask a language model: tens of milliseconds a text instead of microseconds.
ASK_MODELS = frozenset({"contextual", "back_translation"})


def changes(recipe: Mapping[str, Any]) -> str:
    """`copies (sound, words) · class weights`; "nothing" for a recipe that leaves all as it is.

    recipe : its values with all that it extends; they need not be valid.
    """
    return " · ".join([*_copies(recipe), *_features(recipe), *_training(_map(recipe, "train"))]) or "nothing"


def cost(recipe: Mapping[str, Any]) -> str:
    """What it costs beside a plain training: nothing, work on every batch, copies to write, a language model."""
    if _map(recipe, "balance") and ASK_MODELS & set(_names(recipe, "pairs", "audio", "text")):
        return "copies, a language model"
    if _map(recipe, "balance"):
        return "copies"
    train = _map(recipe, "train")
    if train.get("decouple") or train.get("resample"):
        return "the classifier again"
    works = any(_names(recipe, "features")) or train.get("contrastive")
    works = works or any(name for stage in _stages(train) for name in _steps(stage.get("features")))
    return "a little a batch" if works else "nothing"


def _copies(recipe: Mapping[str, Any]) -> Iterator[str]:
    balance, augment = _map(recipe, "balance"), _map(recipe, "augment")
    if balance.get("undersample"):
        yield "fewer majority rows"
    if not balance.get("target"):
        return
    modalities = augment.get("modalities", "both")
    parts = [
        word
        for word, key, other in (("sound", "audio", "text"), ("words", "text", "audio"))
        if augment.get("pairs") or (augment.get(key) and modalities != other)
    ]
    yield f"copies ({', '.join(parts) or 'unchanged'})"


def _features(recipe: Mapping[str, Any]) -> Iterator[str]:
    names = list(_names(recipe, "features"))
    if names:
        yield ", ".join(names)


def _training(train: Mapping[str, Any]) -> Iterator[str]:
    weights = _map(train, "class_weights")
    if weights.get("method", "balanced") != "none" and weights.get("power", 1) != 0:
        power = weights.get("power", 1)
        deferred = "deferred " if weights.get("drw_epoch") else ""
        yield f"{deferred}class weights" + ("" if power == 1 else f"^{power}")
    losses = [_name(train.get("loss") or "cross_entropy")]
    losses += [f"{_name(loss)} ({head})" for head, loss in _map(train, "head_losses").items() if loss]
    losses = [name for name in losses if name != "cross_entropy"]
    if losses:
        yield ", ".join(losses)
    for key in ("sampler", "resample", "decouple"):
        if train.get(key):
            yield _name(train[key])
    if train.get("contrastive"):
        yield "contrastive"
    stages = _stages(train)
    if stages:
        given = [_name(stage[key]) for stage in stages for key in ("loss", "sampler") if stage.get(key)]
        given += [name for stage in stages for name in _steps(stage.get("features"))]
        yield f"{len(stages)} stages" + (f" ({', '.join(dict.fromkeys(given))})" if given else "")


def _stages(train: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    stages = train.get("stages")
    return [stage for stage in stages if isinstance(stage, Mapping)] if isinstance(stages, list) else []


def _names(recipe: Mapping[str, Any], *keys: str) -> Iterator[str]:
    """The steps under these keys of `augment`, those in containers too."""
    for key in keys:
        yield from _steps(_map(recipe, "augment").get(key))


def _steps(steps: Any) -> Iterator[str]:
    steps = list(steps) if isinstance(steps, list) else []
    while steps:
        step = steps.pop(0)
        if isinstance(step, Mapping):
            for name, arguments in step.items():
                inner = arguments.get("of") if isinstance(arguments, Mapping) else None
                if isinstance(inner, list):
                    steps += inner
                else:
                    yield str(name)
        else:
            yield str(step)


def _map(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = values.get(key)
    return found if isinstance(found, Mapping) else {}


def _name(value: Any) -> str:
    """Of `name`, `{name: …}` or `{method: …}`."""
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("method") or "")
    return str(value)
