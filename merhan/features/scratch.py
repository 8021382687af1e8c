"""A small text encoder that has learnt nothing: for machines without a pretrained one."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Sequence
from typing import Any

VOCABULARY = 4_000  # words and endings at most, beside letters
LETTERS = string.ascii_lowercase + string.digits + string.punctuation
SPECIAL = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
SIZE, LAYERS, HEADS, POSITIONS = 128, 2, 4, 514


def new_encoder(texts: Sequence[str], seed: int = 0) -> tuple[Any, Any]:
    """A WordPiece tokeniser made from `texts` and a BERT of two layers with random weights.

    The same texts and seed give the same tokeniser and weights; torch's own generator is left as it was.

    Returns
    -------
    transformers.PreTrainedTokenizerFast, transformers.BertModel (hidden size 128).
    """
    import torch
    from transformers import BertConfig, BertModel

    tokeniser = _tokeniser(texts)
    config = BertConfig(
        vocab_size=len(tokeniser),
        hidden_size=SIZE,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * SIZE,
        max_position_embeddings=POSITIONS,
        pad_token_id=tokeniser.pad_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return tokeniser, BertModel(config, add_pooling_layer=False)


def _tokeniser(texts: Sequence[str]) -> Any:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    normaliser, splitter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    cleaned = (splitter.pre_tokenize_str(normaliser.normalize_str(text)) for text in texts)
    counts = Counter(word for words in cleaned for word, _ in words)
    vocabulary = {piece: number for number, piece in enumerate(_pieces(counts))}
    pieces = Tokenizer(models.WordPiece(vocabulary, unk_token=SPECIAL["unk"]))
    pieces.normalizer, pieces.pre_tokenizer, pieces.decoder = normaliser, splitter, decoders.WordPiece()
    ends = [(SPECIAL[name], vocabulary[SPECIAL[name]]) for name in ("cls", "sep")]
    pieces.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    named = {f"{name}_token": token for name, token in SPECIAL.items()}
    return PreTrainedTokenizerFast(tokenizer_object=pieces, model_max_length=POSITIONS - 2, **named)


def _pieces(counts: Counter[str]) -> list[str]:
    """Every letter, at the start of a word and within, then the commonest words and endings.

    Not the library's own trainer: the same texts give it another vocabulary each time.
    """
    letters = sorted({letter for word in counts for letter in word} | set(LETTERS))
    endings: Counter[str] = Counter()
    for word, count in counts.items():
        for length in range(2, min(5, len(word))):
            endings["##" + word[-length:]] += count
    common = Counter({word: count for word, count in counts.items() if count > 1 and len(word) > 1})
    ranked = [
        piece
        for found, share in ((common, 0.8), (endings, 0.2))
        for piece, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))[: int(share * VOCABULARY)]
    ]
    return [*SPECIAL.values(), *letters, *(f"##{letter}" for letter in letters), *ranked]
