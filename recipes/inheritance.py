"""`extends: other_recipe`: what a recipe takes over from another one."""

from __future__ import annotations

from pathlib import Path

from recipes.errors import RecipeError
from recipes.marks import Marked
from recipes.merging import merge
from recipes.sources import Source, find_source

NOT_INHERITED = ("name", "summary", "evidence", "avoid_when")


def resolve(tree: Marked, folder: Path | None = None, line: tuple[Source, ...] = ()) -> Marked:
    """`tree` upon all that it extends, without the word `extends`.

    Parameters
    ----------
    folder : what a path after `extends` is relative to.
    line : the recipes that led here, the first being what the user asked for.

    Raises
    ------
    RecipeError : for a base that does not exist, or a circle; the fault is at the word `extends`.
    """
    own = {key: item for key, item in tree.value.items() if key != "extends"}
    over = Marked(own, tree.place, tree.key_place)
    wanted = tree.value.get("extends")
    if wanted is None or wanted.value is None:
        return over
    if not isinstance(wanted.value, str):
        raise RecipeError.of([wanted.place.fault("extends", "takes the name or the path of one recipe")])
    try:
        source = find_source(wanted.value, folder)
    except RecipeError as error:
        raise RecipeError.of([wanted.place.fault("extends", str(error))]) from None
    if any(same.path.resolve() == source.path.resolve() for same in line):
        circle = " extends ".join([*(str(same.path) for same in line), str(source.path)])
        raise RecipeError.of([wanted.place.fault("extends", f"goes in a circle: {circle}")])
    base = resolve(source.read(), source.path.parent, (*line, source))
    for key in NOT_INHERITED:
        base.value.pop(key, None)
    return merge(base, over)
