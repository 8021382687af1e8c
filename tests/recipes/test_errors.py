import pickle

from recipes.errors import Fault, RecipeError

ONE = Fault("mine.yaml", 3, 5, "balance.spred", "is no key of balance; did you mean spread?")
OTHER = Fault("--set epochs=3", None, None, "epochs", "is no key of a recipe; did you mean train.epochs?")


def test_one_fault_is_one_line_with_its_place():
    assert (
        str(RecipeError.of([ONE]))
        == "mine.yaml:3:5: balance.spred: is no key of balance; did you mean spread?"
    )


def test_several_faults_are_counted_and_all_shown():
    error = RecipeError.of([ONE, OTHER])
    assert str(error).splitlines() == ["the recipe has 2 faults:", str(ONE), str(OTHER)]
    assert error.faults == [ONE, OTHER]


def test_an_override_has_no_line():
    assert str(OTHER).startswith("--set epochs=3: epochs: ")


def test_survives_the_way_to_another_process():
    error = pickle.loads(pickle.dumps(RecipeError.of([ONE, OTHER])))
    assert error.faults == [ONE, OTHER]
    assert str(error).startswith("the recipe has 2 faults:")
