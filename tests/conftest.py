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


@pytest.fixture
def stand_ins(masked_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny models in place of those that transforms name by default."""
    from augment.text.contextual import Contextual
    from augment.text.models import loading, masked

    known = {Contextual.model: str(masked_model)}
    place = loading._place
    monkeypatch.setattr(loading, "_place", lambda name, *rest: known.get(name) or place(name, *rest))
    yield
    loading.load.cache_clear()
    masked._vocabulary.cache_clear()
