"""Each kind of protection, alone and together."""

import pytest

from augment.randomness import generator
from augment.text import RandomDeletion, RandomInsertion, RandomSwap, SynonymReplacement
from augment.text.protect import DEFAULT_PROTECT, protected_words, valence, word_kinds
from augment.text.tokens import tokenise

ALL = [
    SynonymReplacement(rate=1.0),
    RandomInsertion(rate=1.0),
    RandomDeletion(rate=1.0),
    RandomSwap(rate=1.0),
]

KINDS = {
    "negation": (
        "No, I'm not going, never, nor can't you; nobody dont wont cannot, without, isn’t, hardly",
        ["no", "not", "never", "nor", "can't", "nobody", "dont", "wont", "cannot", "without", "isn’t", "hardly"],
    ),
    "number": ("3 of twenty at 10:30, second half, 5pm", ["3", "twenty", "10:30", "second", "half", "5pm"]),
    "url": ("see www.a.org or me@b.net now", ["www.a.org", "me@b.net"]),
    "mention": ("hey @anna_b about #tag1", ["@anna_b", "#tag1"]),
    "emoji": ("fine 😀 :-) <3 (: there", ["😀", ":-)", "<3", "(:"]),
    "name": (
        "Then Monica met Mr. Smith at NASA in an iPhone shop",
        ["monica", "mr", "smith", "nasa", "iphone"],
    ),
    "emotion": ("Oh wow, I love this sad, terrible story, ugh, hmm", ["oh", "wow", "love", "sad", "terrible", "ugh", "hmm"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", DEFAULT_PROTECT)
def test_each_kind_alone(kind):
    text, words = KINDS[kind]
    assert protected_words(text, [kind]) == words


def test_the_list_is_the_whole_list():
    text = "I do not love 3 things @home"
    assert protected_words(text, []) == []
    assert protected_words(text, ["number"]) == ["3"]
    assert protected_words(text) == ["not", "love", "3", "@home"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I am I'm I'll", []),
        ("I am SO tired of THIS", []),
        ("STOP LOOKING AT MONICA", []),
        ("The FBI is here", ["fbi"]),
        ("Monica is here", ["monica"]),
        ("Movies are long", []),
        ("Mark left. Then Mark slept.", ["mark", "mark"]),
        ("You and Then and But", []),
        ("Sooo late", []),
        ("That is Monica's car", ["monica's"]),
    ],
)
def test_names(text, names):
    assert protected_words(text, ["name"]) == names


def test_emotion_is_what_vader_raters_agree_on():
    assert word_kinds("worried") == ("emotion",)
    assert valence("table") == 0.0
    assert word_kinds("table") == ()
    assert word_kinds("want") == ()  # mean 0.3: no agreement
    assert word_kinds("loooove") == ("emotion",)
    assert word_kinds("nooooo")[0] == "negation"


def test_phrases_are_kept_whole_and_uninterrupted():
    text = "well you would know the big movie night by now"
    tokens = tokenise(text, (), phrases=["You would know", "movie night"])
    assert [word.text for word in tokens.words if word.protected] == [
        "you",
        "would",
        "know",
        "movie",
        "night",
    ]
    for transform in ALL:
        for copy in range(30):
            edited = transform.apply(text, **transform.draw(generator(0, "p", copy), tokens)).lower()
            assert "you would know" in edited
            assert "movie night" in edited


@pytest.mark.parametrize("transform", ALL, ids=lambda transform: transform.name)
@pytest.mark.parametrize("text", [text for text, _ in KINDS.values()])
def test_protected_words_survive_every_transform_in_their_order(transform, text):
    kept = protected_words(text)
    for copy in range(20):
        found = iter(
            word.text.casefold() for word in tokenise(transform(text, generator(1, text, copy))).words
        )
        assert all(word in found for word in kept), (kept, copy)


def test_swap_leaves_protected_words_in_their_places():
    text = "we would not go there on 3 long days"
    places = [at for at, word in enumerate(tokenise(text).words) if word.protected]
    for copy in range(30):
        words = [word.text for word in tokenise(RandomSwap(rate=1.0)(text, generator(2, "s", copy))).words]
        assert [words[at] for at in places] == ["not", "3"]
