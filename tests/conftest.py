"""No test needs the network, and none touches the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("OMP_NUM_THREADS", "1")

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
# Words that may be put anywhere; the rest of the vocabulary may not.
PLAIN = """
house garden road table river window door kitchen letter paper picture shop school street train water bird tree dog
cat car book chair box shoe coat walk run talk look open close carry bring move turn write read begin leave stay sit
stand wait watch listen cook wash paint build climb green blue small large round narrow wide early late slowly quickly
quietly usually outside nearby wooden heavy simple morning evening office corner bottle basket blanket village island
mountain forest bridge station market
"""
OTHERS = """
the a an i you he she it we they was is are to of in on and but not never no happy sad love hate terrible ##s ##ing
##ed un re ab rachel chandler one two 3 10 . , ! ? : ; ' " ( ) - x zq qvx [unused1]
"""
ENDS = 10.0


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["MERHAN_BALANCE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("MERHAN_BALANCE_CORPUS", None)


@pytest.fixture(scope="session")
def masked_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a BERT with its masked-language-model head: tiny, random, and deaf to nothing around the gap."""
    import torch
    from transformers import BertConfig, BertForMaskedLM, BertTokenizer

    folder = tmp_path_factory.mktemp("masked") / "model"
    pieces = [*SPECIAL, *dict.fromkeys([*PLAIN.split(), *OTHERS.split(), *"abcdefghijklmnopqrstuvwxyz"])]
    pieces += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=256, initializer_range=0.6,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertForMaskedLM(config).save_pretrained(folder)
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    BertTokenizer(vocabulary, model_max_length=256).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def plain_words() -> frozenset[str]:
    """The words of `masked_model` that may stand in a text that did not have them."""
    return frozenset(PLAIN.split())


@pytest.fixture(scope="session")
def translation_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Marian model: tiny, random, with a vocabulary of its own."""
    import json

    import sentencepiece
    import torch
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    folder = tmp_path_factory.mktemp("translation")
    words = PLAIN.split()
    lines = [" ".join(words[at : at + 5]) for at in range(len(words) - 5)] * 3
    (folder / "lines.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "lines.txt"), model_prefix=str(folder / "pieces"), vocab_size=110, minloglevel=2
    )
    processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "pieces.model"))
    pieces = [processor.id_to_piece(at) for at in range(processor.get_piece_size())]
    ordinary = [piece for piece in pieces if piece not in ("<s>", "</s>", "<unk>")]
    vocabulary = {piece: at for at, piece in enumerate(["</s>", "<unk>", *ordinary, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    spm = str(folder / "pieces.model")
    config = MarianConfig(
        vocab_size=len(vocabulary), d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=128, init_std=0.6,
        pad_token_id=vocabulary["<pad>"], eos_token_id=0, decoder_start_token_id=vocabulary["<pad>"], forced_eos_token_id=0,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = MarianMTModel(config)
        model.final_logits_bias[0, 0] = ENDS  # else a random model never comes to an end
        model.save_pretrained(folder / "model")
    MarianTokenizer(spm, spm, str(folder / "vocab.json"), model_max_length=128).save_pretrained(
        folder / "model"
    )
    return folder / "model"


@pytest.fixture
def stand_ins(masked_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in for the models that transforms name by default: a tiny one, and a rule that turns clauses round."""
    from augment.text.contextual import Contextual
    from augment.text.models import loading, masked
    from augment.text.models.translation import Translator

    def turned(self, questions):
        words = [sentence.split() for (sentence,) in questions]
        return [[" ".join(found[at:] + found[:at]) for at in range(1, min(5, len(found)))] for found in words]

    known = {Contextual.model: str(masked_model)}
    place = loading._place
    monkeypatch.setattr(loading, "_place", lambda name, *rest: known.get(name) or place(name, *rest))
    monkeypatch.setattr(Translator, "work_out", turned)
    yield
    loading.load.cache_clear()
    masked._vocabulary.cache_clear()
