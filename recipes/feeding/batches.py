"""What a recipe does to features, done to the batches of any model that it can be done to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from augment.containers import transforms_in
from augment.features import FeatureChain, ManifoldMixup, Mixup, SpecAugment
from augment.randomness import generator
from recipes.errors import RecipeError
from recipes.feeding.staged import Staged

if TYPE_CHECKING:
    from augment.transform import Transform
    from recipes.feeding.rows import Item

SOUND = ("frames", "input_values", "input_features")
WORDS = ("input_ids", "text_states")

Collate = Callable[[list[Any]], Mapping[str, Any]]


@dataclass
class FeatureBatches:
    """A data collator after which the recipe's feature steps run; labels are soft wherever they mix rows.

    collate : the user's; it is given dicts. chains : the steps, by first epoch. seed : draws are a function of
    it, the rows of the batch and their epoch. recipe : its name, for messages.
    """

    collate: Collate
    chains: Mapping[int, FeatureChain]
    seed: int
    recipe: str

    def __call__(self, items: list[Item]) -> dict[str, Any]:
        import torch

        batch = dict(self.collate(items))
        chain = Staged(self.chains).at(items[0].epoch)
        check_inputs(chain, batch, self.recipe)
        own = {name: _present(batch, name) for name in ("has_audio", "has_text") if name not in batch}
        rows = ",".join(item.key for item in items)
        rng = generator(self.seed, rows, epoch=items[0].epoch, stream="features")
        batch["labels"] = torch.as_tensor(batch["labels"])
        out = chain(batch | own, rng)
        return {name: value for name, value in out.items() if name not in own}


def check_inputs(chain: FeatureChain, inputs: Collection[str], recipe: str) -> None:
    """Refuse steps that can do nothing with what a model is given.

    Parameters
    ----------
    inputs : names of the tensors of a batch, or of the inputs of one row.

    Raises
    ------
    RecipeError : with the step, why not, and what to do instead.
    """
    for step in _steps(chain):
        if isinstance(step, Mixup) and "input_ids" in inputs:
            why = "token ids can't be mixed; take the step out, load_recipe(…, ['~augment.features'])"
        elif isinstance(step, Mixup) and not set(SOUND) & set(inputs):
            why = (
                f"mixes {', '.join(SOUND)}, and the batch has {', '.join(sorted(inputs))}; take the step out"
            )
        elif isinstance(step, SpecAugment) and "frames" not in inputs:
            why = (
                "masks the frames of MER-HAN; audio models of transformers do it themselves: set mask_time_prob "
                "and mask_feature_prob of the model's configuration, and take the step out"
            )
        else:
            continue
        raise RecipeError(f"recipe {recipe}: augment.features: {step.name} {why}.")


def fit_for(chain: FeatureChain, forward: Collection[str]) -> tuple[FeatureChain, list[str]]:
    """The steps that a model can be given, and the names of those that it would have to do itself and doesn't.

    forward : the parameters of the model's forward.
    """
    if "mix_with" in forward:
        return chain, []
    left_out: list[str] = []

    def kept(steps: Sequence[Transform]) -> list[Transform]:
        fit = []
        for step in steps:
            missing = [one.name for one in transforms_in([step]) if isinstance(one, ManifoldMixup)]
            left_out.extend(missing)
            fit += [] if missing else [step]
        return fit

    own = {label: kept(steps) for label, steps in chain.per_class.items()}
    return replace(chain, steps=kept(chain.steps), per_class=own), left_out


def _steps(chain: FeatureChain) -> Iterator[Transform]:
    for steps in (chain.steps, *chain.per_class.values()):
        yield from transforms_in(steps)


def _present(batch: Mapping[str, Any], name: str) -> Any:
    import torch

    there = any(key in batch for key in (SOUND if name == "has_audio" else WORDS))
    return torch.full((len(batch["labels"]),), there)
