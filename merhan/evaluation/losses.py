"""What a run lost on each of its training rows: by which `spread: hardest` copies."""

from __future__ import annotations

import math
from pathlib import Path

from merhan.errors import MerhanError
from recipes import Corpus
from recipes.errors import RecipeError
from recipes.schema import Recipe

PREDICTIONS = "predictions.parquet"


def training_losses(run: str | Path) -> dict[str, float]:
    """Plain cross-entropy of each training original at the end of a run, by id.

    Parameters
    ----------
    run : folder of a run, or its predictions.parquet.

    Raises
    ------
    MerhanError : there is no such run, or it kept none.
    """
    path = Path(run)
    path = path / PREDICTIONS if path.is_dir() else path
    if not path.is_file():
        raise MerhanError(f"{run} is no run: there is no {PREDICTIONS} in it.")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(path, columns=["id", "split", "loss"]).to_pylist()
    except (OSError, ValueError, KeyError, pa.ArrowInvalid) as error:
        raise MerhanError(f"{path} can't be read as predictions of a run: {error}") from error
    found = {row["id"]: row["loss"] for row in rows if row["split"] == "train"}
    if not any(math.isfinite(loss) for loss in found.values()):
        raise MerhanError(f"{run} has no losses of training rows; train it again with this version.")
    return found


def losses_for(
    run: str | Path | None, recipe: Recipe, corpus: Corpus
) -> tuple[dict[str, float] | None, tuple[str, ...]]:
    """Losses of `corpus`'s training originals, and what is to be said of those that the run lacks; None for none.

    Raises
    ------
    MerhanError : as `training_losses`; no row of the corpus was learnt from.
    RecipeError : the recipe doesn't ask for losses.
    """
    if run is None:
        return None, ()
    if recipe.balance is None or recipe.balance.spread != "hardest":
        raise RecipeError(
            f"recipe {recipe.name}: --losses is for balance.spread: hardest; add --set balance.spread=hardest, "
            "or leave --losses out."
        )
    found = training_losses(run)
    ids = [u.id for u in corpus.select("train", originals=True)]
    known = {key: found[key] for key in ids if key in found}
    if not known:
        raise MerhanError(f"{run} learnt from none of this corpus's {len(ids)} training rows.")
    lacking = len(ids) - len(known)
    notes = (f"Training rows that {run} has no loss of ({lacking} of {len(ids)}) are copied last.",)
    return known, notes if lacking else ()
