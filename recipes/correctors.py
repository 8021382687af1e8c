"""What in a recipe makes up for class imbalance, and where that happens more than once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from balancer.plugin.correctors import PRIOR_LOSSES, WEIGHING_LOSSES
from recipes.stages import stages_of

if TYPE_CHECKING:
    from recipes.schema import Recipe
    from recipes.train_settings import LossSettings, TrainSettings

_TIMES = {2: "twice", 3: "three times", 4: "four times"}


@dataclass(frozen=True)
class Correctors:
    """Each what it is called and how to leave it out; empty where the recipe has none of it.

    copies : only where they even classes out and what they add is not counted.
    """

    sampler: tuple[str, str] | None
    weights: tuple[str, str] | None
    losses: tuple[str, str] | None
    copies: tuple[str, str] | None
    weighs: bool  # by class weights, or by a loss that weighs classes itself

    @property
    def all(self) -> list[tuple[str, str]]:
        """Those there are."""
        return [one for one in (self.sampler, self.weights, self.losses, self.copies) if one]


def correctors(recipe: Recipe) -> Correctors:
    """Of a recipe, or of one of its stages (`recipes.stages.stages_of`)."""
    train = recipe.train
    method, power = train.class_weights.method, train.class_weights.power
    weights = method != "none" and power > 0
    word = method if isinstance(method, str) else "by class"
    sampler = train.sampler.name if train.sampler else None
    priors, weighing = _heads(train, PRIOR_LOSSES), _heads(train, WEIGHING_LOSSES)
    losses = priors | weighing
    counted = weights or losses
    return Correctors(
        sampler=(f"sampler {sampler}", "train.sampler: null") if sampler else None,
        weights=(f"class weights ({word})", "train.class_weights.method: none") if weights else None,
        losses=(
            " and ".join(f"{name} ({', '.join(heads)})" for name, heads in losses.items()),
            "a loss that knows no counts, such as cross_entropy or focal",
        )
        if losses
        else None,
        copies=("copies that count less than whole", "train.class_weights.copies_count: 1")
        if counted and _evens_out(recipe) and train.class_weights.copies_count < 1
        else None,
        weighs=weights or bool(weighing),
    )


def counted_twice(recipe: Recipe) -> list[str]:
    """A sentence for every stage in which more than one thing makes up for the same imbalance."""
    found = [correctors(stage.recipe) for stage in stages_of(recipe)]
    if len(set(map(_sentence, found))) == 1:
        return [sentence for sentence in (_sentence(found[0]),) if sentence]
    said = [_sentence(one, f"train.stages[{place}]") for place, one in enumerate(found)]
    return [f"stage {number}: {sentence}" for number, sentence in enumerate(said, start=1) if sentence]


def balanced_before(recipe: Recipe) -> list[str]:
    """Where the classifier is evened out after a training that did so itself.

    Kang et al. 2020, arXiv:1910.09217, find that the representation is best learnt from the classes as they are.
    """
    again = recipe.train.resample or recipe.train.decouple
    ways = correctors(stages_of(recipe)[-1].recipe).all if again else []
    if not ways:
        return []
    last = f"train.stages[{len(recipe.train.stages) - 1}]" if recipe.train.stages else "train"
    key = "resample" if recipe.train.resample else f"decouple ({recipe.train.decouple.method})"
    return [
        f"train.{key} evens out a classifier whose representation {' and '.join(name for name, _ in ways)} evened out "
        f"already; it is best learnt from the classes as they are: {', '.join(_ways(ways, last))}."
    ]


def _ways(found: list[tuple[str, str]], place: str) -> list[str]:
    """How to leave each out, in the section that has it: of a stage its own, where null takes away."""
    return [way.replace("train.", f"{place}.", 1) for _, way in found]


def _sentence(found: Correctors, place: str = "train") -> str:
    names = [name for name, _ in found.all]
    if len(names) < 2:
        return ""
    ways = _ways(found.all, place)
    return (
        f"{', '.join(names[:-1])} and {names[-1]} correct the same imbalance {_TIMES[len(names)]}, which leans "
        f"towards the minority. Leave out all but one: {', '.join(ways[:-1])}, or {ways[-1]}."
    )


def _heads(train: TrainSettings, kinds: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The losses of these kinds, and the heads that have them; one whose strength is 0 corrects nothing."""
    heads = {"joint": 1.0, **train.auxiliary.model_dump()}
    chosen = {head: getattr(train.head_losses, head) or train.loss for head in heads}
    found: dict[str, list[str]] = {}
    for head, loss in chosen.items():
        if heads[head] and loss.name in kinds and _strong(loss, kinds[loss.name]):
            found.setdefault(loss.name, []).append(head)
    return found


def _strong(loss: LossSettings, options: tuple[str, ...]) -> bool:
    given = loss.options()
    return not options or any(given.get(option, 1) for option in options)


def _evens_out(recipe: Recipe) -> bool:
    """Whether copies change how many utterances a class has beside another: not so many of every utterance."""
    target = recipe.balance.target if recipe.balance else None
    return target is not None and not (isinstance(target, dict) and "copies" in target)
