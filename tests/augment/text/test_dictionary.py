"""Our look into lemminflect's dictionary gives what lemminflect says."""

import lemminflect
import pytest

from augment.text.dictionary import every_form, inflections, lemmas


def test_every_form_has_the_lemmas_that_lemminflect_gives_it():
    forms = sorted({form.lower() for form in every_form()})
    assert len(forms) > 60_000
    for form in forms[::97]:
        assert lemmas(form) == lemminflect.getAllLemmas(form), form

        assert inflections(form) == lemminflect.getAllInflections(form), form


@pytest.mark.parametrize(
    "form", ["saw", "went", "men", "better", "zxqy", "", "don't", "well-known", "be", "can"]
)
def test_words_known_and_not(form):
    assert lemmas(form) == lemminflect.getAllLemmas(form)
    assert inflections(form) == lemminflect.getAllInflections(form)
