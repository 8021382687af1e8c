"""Contextual replacement against the loop that people write, one model for both: DistilBERT's size, random weights.

nlpaug's ContextualWordEmbsAug, which masks and fills one word after the other too, fails at its construction under
transformers 5 (BertTokenizer has no attribute _convert_token_to_id).
"""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.timing import Comparison, compare

SENTENCES = [
    "I told them we would be home before the storm reached the city, but nobody listened.",
    "She bought a large house near the river last summer.",
    "Could you bring the other chair from the kitchen, please?",
    "The train was late again so we walked along the old road.",
    "He keeps talking about his new job as if it were the only thing in the world.",
]
TEXTS = [f"{first} {second}" for first in SENTENCES for second in SENTENCES[:2]]
VOCABULARY = 30_522  # BERT's
RATE = 0.15


def run() -> Iterator[Comparison]:
    """Yield one comparison an action; both sides fill as many gaps in the same ten texts, one word in seven."""
    from transformers import pipeline

    from augment import Chain, Sample, generator
    from augment.text.contextual import Contextual
    from augment.text.models import answers

    with tempfile.TemporaryDirectory() as folder:
        _write_model(Path(folder))
        fill = pipeline("fill-mask", model=folder, top_k=10, device="cpu")
        samples = [Sample(str(at), None, text) for at, text in enumerate(TEXTS)]
        for action in ("substitute", "insert"):
            chain = Chain([Contextual(model=folder, action=action, rate=RATE)])

            def ours(chain: Chain = chain) -> object:
                answers._recent = OrderedDict()  # nothing remembered from the round before
                return chain.many(samples, [generator(0, sample.id) for sample in samples])

            def theirs(action: str = action) -> object:
                rng = generator(0, action)
                return [_one_by_one(text, action, fill, rng) for text in TEXTS]

            yield compare(
                f"contextual {action}, {len(TEXTS)} texts",
                ours,
                theirs,
                "transformers' fill-mask, word by word",
                rounds=3,
            )


def _one_by_one(text: str, action: str, fill: Any, rng: Any) -> str:
    words = text.split()
    for at in rng.permutation(len(words))[: round(RATE * len(words))]:
        masked = [*words[:at], "[MASK]", *words[at + (action == "substitute") :]]
        found = fill(" ".join(masked))
        masked[at] = found[int(rng.integers(len(found)))]["token_str"]
        words = masked
    return " ".join(words)


def _write_model(folder: Path) -> None:
    import lzma
    from importlib.resources import files

    import torch
    from transformers import BertConfig, BertForMaskedLM, BertTokenizer

    table = lzma.decompress((files("augment.text") / "data" / "synonyms.tsv.xz").read_bytes()).decode()
    words = [line.split("\t")[0] for line in table.splitlines()]
    said = [word.strip(".,?").lower() for text in SENTENCES for word in text.split()]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".,?'", *said, *words]
    vocabulary = {piece: at for at, piece in enumerate(list(dict.fromkeys(pieces))[:VOCABULARY])}
    config = BertConfig(vocab_size=VOCABULARY, num_hidden_layers=6)
    torch.manual_seed(0)
    BertForMaskedLM(config).save_pretrained(folder)
    BertTokenizer(vocabulary, model_max_length=512).save_pretrained(folder)
