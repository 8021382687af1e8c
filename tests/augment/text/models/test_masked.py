"""What a masked language model puts in a gap: the same alone and together, whatever its vocabulary looks like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from augment.text.models import loading, masked
from augment.text.models.masked import Masked

GAPS = [
    ("The big man opened the ", " and went home.", "window"),
    ("We saw the ", ".", "bridge"),
    ("", " is a small street", "there"),
    ("She put three green bottles on the ", " in the kitchen of the old house by the river.", "table"),
    ("They ", " home", "walked"),
    ("We saw the ", ".", "forest"),
]


def logits_of(folder: Path, text: str) -> np.ndarray:
    """(tokens,) at the mask, by the whole model and without a trick."""
    import torch

    tokeniser, model = loading.load("masked", str(folder))
    ids = tokeniser(text, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        logits = model(input_ids=ids).logits[0]
    return logits[int((ids[0] == tokeniser.mask_token_id).nonzero()[0])].numpy()


def test_answers_are_the_same_alone_and_together(masked_model) -> None:
    model = Masked(str(masked_model), 30)
    together = model.work_out(GAPS)
    assert together == [model.work_out([gap])[0] for gap in GAPS]
    assert together == model.work_out(GAPS[::-1])[::-1]
    assert all(len(set(found)) == 30 for found in together)
    assert len({tuple(found) for found in together}) == 6  # each gap has words of its own


def test_answers_are_ranked_as_the_whole_model_ranks_them(masked_model, plain_words) -> None:
    (found,) = Masked(str(masked_model), 20).work_out([("We saw the ", ".", "bridge")])
    logits = logits_of(masked_model, "We saw the [MASK].")
    tokeniser = loading.load("masked", str(masked_model)).tokeniser
    order = tokeniser.convert_ids_to_tokens(np.argsort(-logits).tolist())
    assert found == [word for word in order if word in plain_words - {"bridge"}][:20]


def test_a_text_may_hold_the_very_mask_and_be_as_long_as_it_likes(masked_model) -> None:
    model = Masked(str(masked_model), 5)
    one, other = model.work_out(
        [("the [MASK] and the ", " of a house"), ("the ", " and the [MASK] of a house")]
    )
    assert len(one) == len(other) == 5
    assert one != other
    near = "we carry it to the station. " * 8
    far = "a letter to the office. " * 400
    assert model.work_out([(far + near, ".")]) == model.work_out([(far[:100] + near, ".")])


def test_what_is_excluded_is_so_in_any_case(masked_model) -> None:
    model = Masked(str(masked_model), 1)
    (best,) = model.work_out([("We saw the ", ".")])
    (second,) = model.work_out([("We saw the ", ".", best[0])])
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
    (found,) = Masked(folder, 8).work_out([("the house by the ", " was green.", "river")])
    assert len(found) == 8
    # The gap lies past what the model reads.
    assert Masked(folder, 8).work_out([("rrrv " * 40, ".")]) == [[]]
    assert set(found) <= words - {"river", "the", "was", "by", "to", "in"}
