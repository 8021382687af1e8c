"""What a masked language model puts in a gap: the same alone and together, whatever its vocabulary looks like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from augment.text.lexicon import usual_tags
from augment.text.models import loading, masked
from augment.text.models.masked import Masked

GAPS = [
    ("The big man opened the \0 and went home.", "substitute", "window"),
    ("We saw the \0.", "substitute", "bridge"),
    ("\0 is a small street", "insert", "there"),
    ("She put three \0 bottles on the \0 in the kitchen of the old house.", "substitute", "green", "table"),
    ("They \0 home", "substitute", "walked"),
    ("We saw the \0.", "substitute", "forest"),
]


def logits_of(folder: Path, text: str) -> np.ndarray:
    """(tokens,) at the mask, by the whole model and without a trick."""
    import torch

    tokeniser, model = loading.load("masked", str(folder))
    ids = tokeniser(text, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        logits = model(input_ids=ids).logits[0]
    return logits[int((ids[0] == tokeniser.mask_token_id).nonzero()[0])].numpy()


@pytest.mark.parametrize("language", ["en", "pl"])
def test_answers_are_the_same_alone_and_together(masked_model, language) -> None:
    model = Masked(str(masked_model), 30, language)
    together = model.work_out(GAPS)
    assert together == [model.work_out([gap])[0] for gap in GAPS]
    assert together == model.work_out(GAPS[::-1])[::-1]
    assert [len(found) for found in together] == [1, 1, 1, 2, 1, 1]
    lists = [words for found in together for words in found]
    assert all(len(set(words)) == (30 if language == "pl" else len(words)) for words in lists)
    assert len({tuple(words) for words in lists}) > 5  # each gap has words of its own
    assert "green" not in together[3][0]
    assert "table" not in together[3][1]


def test_answers_are_ranked_as_the_whole_model_ranks_them(masked_model, plain_words) -> None:
    logits = logits_of(masked_model, "We saw the [MASK].")
    tokeniser = loading.load("masked", str(masked_model)).tokeniser
    order = tokeniser.convert_ids_to_tokens(np.argsort(-logits).tolist())
    question = ("We saw the \0.", "substitute", "bridge")
    ((found,),) = Masked(str(masked_model), 20, "pl").work_out([question])
    whole = set(masked._vocabulary(str(masked_model), "pl").words) - {"", "bridge"}
    assert found == [word for word in order if word in whole][:20]
    assert not set(found) <= plain_words
    ((found,),) = Masked(str(masked_model), 10).work_out([question])
    assert (
        found
        == [
            word
            for word in order
            if word in plain_words - {"bridge"} and usual_tags("bridge") & usual_tags(word)
        ][:10]
    )


def test_in_english_a_word_takes_the_form_of_the_word_that_was_there(masked_model) -> None:
    model = Masked(str(masked_model), 100)
    text = "They \0 the boxes"
    ((verbs,),) = model.work_out([(text, "substitute", "bring")])
    assert {"carry", "write", "sit"} <= set(verbs)
    assert not {"basket", "slowly", "heavy"} & set(verbs)
    ((inserted,),) = model.work_out([(text, "insert", "they boxes")])
    assert {"slowly", "quietly", "usually", "early", "heavy"} <= set(inserted)
    assert not {"carry", "basket", "village"} & set(inserted)
    assert model.work_out([(text, "substitute", "carried")]) == [[["read"]]]  # the one past tense that it has


def test_a_text_may_hold_the_very_mask_and_be_as_long_as_it_likes(masked_model) -> None:
    model = Masked(str(masked_model), 5)
    one, other = model.work_out(
        [
            ("the [MASK] and the \0 of a house", "insert", ""),
            ("the \0 and the [MASK] of a house", "insert", ""),
        ]
    )
    (both,) = model.work_out([("the \0 and the \0 of a house", "insert", "", "")])
    assert both == [*other, *one]
    assert one != other
    near = "we carry it to the station. " * 8
    far = "a letter to the office. " * 400
    assert model.work_out([(far + near + "\0.", "insert", "")]) == model.work_out(
        [(far[:100] + near + "\0.", "insert", "")]
    )


def test_what_is_excluded_is_so_in_any_case(masked_model) -> None:
    model = Masked(str(masked_model), 1)
    (((best,),),) = model.work_out([("We saw the \0.", "insert", "")])
    (((second,),),) = model.work_out([("We saw the \0.", "insert", best)])
    assert best != second


def _saved(folder: Path, tokeniser) -> Path:
    """A tiny RoBERTa with this tokeniser."""
    import torch
    from transformers import RobertaConfig, RobertaForMaskedLM

    config = RobertaConfig(
        vocab_size=len(tokeniser), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=130, initializer_range=0.6, pad_token_id=tokeniser.pad_token_id,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(1)
        RobertaForMaskedLM(config).save_pretrained(folder)
    tokeniser.save_pretrained(folder)
    return folder


LINES = [
    "the green house by the river was carried away",
    "Rachel walked to the station in the evening",
    "Zażółć gęślą jaźń",
] * 9
NAMES = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
}


@pytest.mark.parametrize("style", ["Ġ", "▁"])
def test_words_are_told_from_pieces_by_the_mark_before_them(style, tmp_path) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    pieces = Tokenizer(models.BPE(unk_token="<unk>"))
    if style == "Ġ":
        pieces.pre_tokenizer, pieces.decoder = (
            pre_tokenizers.ByteLevel(add_prefix_space=True),
            decoders.ByteLevel(),
        )
    else:
        pieces.pre_tokenizer, pieces.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    special = [*NAMES.values()]
    pieces.train_from_iterator(
        LINES, trainers.BpeTrainer(vocab_size=400, special_tokens=special, show_progress=False)
    )
    mask = AddedToken("<mask>", lstrip=True, special=True)
    tokeniser = PreTrainedTokenizerFast(
        tokenizer_object=pieces, model_max_length=128, **{**NAMES, "mask_token": mask}
    )
    folder = str(_saved(tmp_path / "model", tokeniser))
    known = set(tokeniser.get_vocab())
    assert {f"{style}river", "r", "ver"} & known >= {f"{style}river", "r"}
    words = {word for word in masked._vocabulary(folder, "en").words if word}
    assert {"green", "house", "river", "station", "evening", "walked"} <= words
    assert not words & {"Rachel", "ver", "tion", "r", "<mask>"}
    assert all(f"{style}{word}" in known for word in words if word.isascii())
    assert set(masked._vocabulary(folder, "pl").words) >= {"gęślą", "jaźń"}
    ((found,),) = Masked(folder, 8).work_out([("the house by the \0 was green.", "substitute", "river")])
    assert set(found) == {"green", "house", "evening", "station", "car"}  # its nouns; "car" begins "carried"
    # The gap lies past what the model reads.
    assert Masked(folder, 8).work_out([("rrrv " * 40 + "\0.", "insert", "")]) == [[[]]]
