"""Contractions written out and back: what a native speaker says, and nothing where it is not sure."""

import pytest

from augment.chain import Sample
from augment.gates import Gates
from augment.randomness import generator
from augment.text import Contraction
from augment.text.negation import respelt

EXPAND = Contraction(rate=1.0, direction="expand")
CONTRACT = Contraction(rate=1.0, direction="contract")


def once(transform, text):
    return transform(text, generator(0, text))


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("I can't go.", "I cannot go."),
        ("Joey won't come, and I shan't either.", "Joey will not come, and I shall not either."),
        ("We don't know; they really haven't said.", "We do not know; they really have not said."),
        ("Don't go!", "Do not go!"),
        ("I'm late, you're not.", "I am late, you are not."),
        ("I'VE HAD IT", "I HAVE HAD IT"),
        ("You'll see, it'll work.", "You will see, it will work."),
        ("They'd like to come.", "They would like to come."),
        ("You'd better hope so.", "You had better hope so."),
        ("I'd been there.", "I had been there."),
        ("I'd rather stay.", "I would rather stay."),
        ("He's got a car, he's in it.", "He has got a car, he is in it."),
        ("It's been a while. It's late.", "It has been a while. It is late."),
        ("That's what I think, and she's not here.", "That is what I think, and she is not here."),
        ("What's going on? Where's the car?", "What is going on? Where is the car?"),
        ("There's a man, here's the thing.", "There is a man, here is the thing."),
        ("I would've told you.", "I would have told you."),
        ("It’s the best, I don’t mind.", "It is the best, I do not mind."),
    ],
)
def test_written_out(text, expanded):
    assert once(EXPAND, text) == expanded


@pytest.mark.parametrize(
    "text",
    [
        "He's gone, she's worried, it's broken.",  # is or has
        "It's come to this.",
        "What's he want?",  # does
        "I'd put it there.",  # would or had
        "I'd let him.",
        "Monica's car, my mom's house, the dog's bone.",
        "Let's go.",
        "You ain't seen it.",
        "Don't you know? Isn't it? Can't we?",
        "Why don't you stay? Why can't the man come?",
        "You like it, don't you?",
        "What's up?",
        "There's some people here.",
        "How'd it go? Where'd you go?",
        "Who's car is it?",
        "'Cause y'know, o'clock",
    ],
)
def test_left_where_it_is_not_sure(text):
    assert once(EXPAND, text) == text


@pytest.mark.parametrize(
    ("text", "contracted"),
    [
        ("I am late.", "I'm late."),
        ("I do not know, we cannot go.", "I don't know, we can't go."),
        ("They will not say it.", "They won't say it."),
        ("You are right, and I am wrong.", "You're right, and I'm wrong."),
        ("I think it is over.", "I think it's over."),
        ("What is that? Where is the car?", "What's that? Where's the car?"),
        ("I have been there, he has got it.", "I've been there, he's got it."),
        ("I will go.", "I'll go."),
        ("We would love to stay.", "We'd love to stay."),
        ("You should have told me.", "You should've told me."),
        ("I know what they are doing.", "I know what they're doing."),
        ("The movie we have seen.", "The movie we've seen."),
        ("You’re sure that it is not so.", "You’re sure that it isn’t so."),
    ],
)
def test_contracted(text, contracted):
    assert once(CONTRACT, text) == contracted


@pytest.mark.parametrize(
    "text",
    [
        "Yes, I am.",
        "The man I am now, taller than I am here",
        "I know what you are to me.",
        "Both of you are late.",
        "You and they are here.",
        "I have fried eggs for you.",
        "I have a car, you have to go.",
        "I do NOT want it, I AM here.",
        "I am, you know.",
        "Who am I? What is it?",
        "Not only that; do not only go.",
        "I am not sure whether he will or will not",
        "That is it!",
        "You are too.",
    ],
)
def test_left_where_the_verb_is_stressed(text):
    kept = text.replace("will not", "won't").replace("I am not sure", "I'm not sure")
    assert once(CONTRACT, text) in (text, kept)


def test_rate_is_of_the_words_and_at_least_one():
    text = "I'm sure you're late, they're here, we're there and it's over now."  # 12 words, 5 places
    written = [Contraction(rate=0.17)(text, generator(1, text, copy)) for copy in range(20)]
    assert {edited.count("'") for edited in written} == {3}
    assert len(set(written)) > 4


def test_direction_is_both_unless_asked():
    text = "I'm late and it is over."
    assert Contraction(rate=1.0)(text, generator(0, "x")) == "I am late and it's over."


def test_unprotected_and_protected_phrases():
    from augment.text.tokens import tokenise

    text = "I don't know, I can't say"
    tokens = tokenise(text, phrases=["I can't say"])
    assert EXPAND.apply(text, **EXPAND.draw(generator(0, "x"), tokens)) == "I do not know, I can't say"


class TestGate:
    def refused(self, source, copy):
        return Gates(min_similarity=0).refuses(Sample("a", None, source), Sample("a", None, copy), {"text"})

    @pytest.mark.parametrize(
        ("source", "copy"),
        [
            ("I can't go", "I cannot go"),
            ("I cannot go", "I can't go"),
            ("I do not go", "I don't go"),
            ("Don’t go, you won't", "Do not go, you will not"),
            ("you dont know", "you don't know"),
            ("It doesn't matter, it is not true", "It does not matter, it's not true"),
        ],
    )
    def test_the_other_spelling_is_the_same_negation(self, source, copy):
        assert self.refused(source, copy) is None

    @pytest.mark.parametrize(
        ("source", "copy"),
        [
            ("I can't go", "I can go"),
            ("I can't go", "I don't go"),
            ("I can't go", "I not can go"),
            ("I do not go", "I do go"),
            ("I can't, no, not me", "I cannot, no, me"),
            ("I don't and you don't", "I do not and you do"),
            ("I never go", "I do not go"),
            ("nobody can't", "somebody cannot"),
            ("I can't, Monica", "I cannot, Rachel"),
        ],
    )
    def test_another_one_is_not(self, source, copy):
        assert self.refused(source, copy) == "protected"

    def test_by_itself(self):
        assert respelt(["can't"], ["i", "can't"], ["i", "cannot"])
        assert not respelt(["sad"], ["sad", "can't"], ["cannot"])
        assert not respelt(["can't"], ["can't"], ["can", "so", "not"])
