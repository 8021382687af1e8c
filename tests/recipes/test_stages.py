import pytest

from recipes import RecipeError, load_recipe
from recipes.chains import check_labels
from recipes.stages import counted_from, stages_of, timetable

TWO = {
    "augment": {"features": [{"spec_augment": "light"}]},
    "train": {
        "class_weights": {"method": "none", "copies_count": 0.5},
        "loss": {"name": "focal", "gamma": 1.0},
        "sampler": {"name": "weighted_random"},
        "stages": [
            {"epochs": 6},
            {
                "epochs": 4,
                "class_weights": {"method": "balanced"},
                "loss": "cross_entropy",
                "sampler": None,
                "features": [{"manifold_mixup": {"p": 0.3}}],
                "learning_rate": 5e-4,
                "subset": 2,
            },
        ],
    },
}


def test_a_recipe_without_stages_is_one():
    recipe = load_recipe({"train": {"epochs": 3}})
    (stage,) = stages_of(recipe)
    assert (stage.first, stage.recipe, stage.subset, stage.learning_rate) == (0, recipe, None, None)
    assert counted_from(recipe) == 0
    assert timetable(recipe) == []


def test_epochs_are_those_of_the_stages():
    assert load_recipe(TWO).train.epochs == 10
    assert load_recipe(TWO, ["train.epochs=10"]).train.epochs == 10


def test_a_stage_changes_what_it_gives_and_nothing_else():
    recipe = load_recipe(TWO)
    first, second = stages_of(recipe)
    assert (first.first, second.first) == (0, 6)
    assert first.recipe.model_copy(update={"train": recipe.train}) == recipe
    assert first.recipe.train == recipe.train.model_copy(update={"stages": []})
    assert (second.subset, second.learning_rate) == (2, 5e-4)
    changed = second.recipe.train
    assert changed.class_weights.method == "balanced"
    assert changed.class_weights.copies_count == 0.5  # weights merge
    assert changed.loss.options() == {"label_smoothing": 0.0}  # a loss is replaced, its gamma with it
    assert changed.sampler is None
    assert changed.auxiliary == recipe.train.auxiliary
    assert second.recipe.augment.features == [{"manifold_mixup": {"p": 0.3}}]
    assert first.recipe.augment == recipe.augment


def test_what_is_not_given_is_kept_when_a_recipe_is_written_and_read():
    recipe = load_recipe(TWO)
    again = load_recipe(recipe.dump())
    assert again == recipe
    assert stages_of(again) == stages_of(recipe)
    assert recipe.dump()["train"]["stages"][0] == {"epochs": 6}


@pytest.mark.parametrize(("epochs", "first"), [(10, 6), (5, 3), (20, 12), (3, 2), (2, 1)])
def test_another_length_keeps_the_place_of_a_stage(epochs, first):
    recipe = load_recipe(TWO)
    stages = stages_of(recipe, epochs)
    assert [stage.first for stage in stages] == [0, first]
    assert all(stage.recipe.train.epochs == epochs for stage in stages)
    assert counted_from(recipe, epochs) == first


def test_one_epoch_is_the_last_stage_alone():
    (only,) = stages_of(load_recipe(TWO), 1)
    assert (only.first, only.recipe.train.class_weights.method) == (0, "balanced")


def test_deferred_weights_keep_their_place_too():
    recipe = load_recipe({"train": {"class_weights": {"drw_epoch": 8}}})
    assert counted_from(recipe) == 8
    for epochs, first in ((10, 8), (5, 4), (2, 1), (1, 0)):
        (stage,) = stages_of(recipe, epochs)
        assert stage.recipe.train.class_weights.drw_epoch == first
        assert counted_from(recipe, epochs) == first


def test_what_happens_when_is_said():
    assert timetable(load_recipe(TWO)) == [
        "stage 2 begins with epoch 7: class_weights, features, learning_rate, loss, sampler, subset.",
        "early stopping and the best epoch count from epoch 7.",
    ]
    assert timetable(load_recipe({"train": {"class_weights": {"drw_epoch": 8}}}), 5) == [
        "class weights come in with epoch 5.",
        "early stopping and the best epoch count from epoch 5.",
    ]


def test_stages_that_a_short_training_has_no_room_for_are_said():
    assert timetable(load_recipe(TWO), 2)[0].startswith("stage 2 begins with epoch 2")
    assert timetable(load_recipe(TWO), 1) == [
        "1 epoch: the last stage alone is trained, there is no room for more."
    ]
    three = {
        "train": {
            "class_weights": {"method": "none"},
            "stages": [{"epochs": 8}, {"epochs": 1}, {"epochs": 1}],
        }
    }
    assert (
        timetable(load_recipe(three), 2)[0]
        == "2 epochs: 2 of 3 stages are trained, there is no room for more."
    )


def test_a_stage_may_name_no_class_that_the_corpus_lacks():
    stages = [{"epochs": 1}, {"epochs": 1, "class_weights": {"method": {"fear": 2.0, "joi": 1.0}}}]
    with pytest.raises(RecipeError) as caught:
        check_labels(load_recipe({"train": {"stages": stages}}), ["fear", "joy"])
    assert [str(fault).removeprefix("recipe recipe: ") for fault in caught.value.faults] == [
        "train.stages[1].class_weights.method.joi: the corpus has no such class; did you mean joy?",
        "train.stages[1].class_weights.method: give class joy a number too",
    ]
