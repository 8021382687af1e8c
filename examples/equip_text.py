"""A recipe in Hugging Face's Trainer, words alone: a tiny BERT with random weights, nothing downloaded.

    python examples/equip_text.py

Lines of fear are rare here. `equip` writes new ones from them in every epoch (synonyms, insertions, swaps; negations
and emotion words stay), hands them to the tokeniser, and weighs the loss for the imbalance that is left.
"""

from __future__ import annotations

import tempfile
from collections import Counter

from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
    set_seed,
)

from recipes import equip

LINES = {
    "neutral": "The {} is on the table near the old {}.",
    "joy": "What a wonderful {}, I love the new {}!",
    "fear": "Please do not leave me alone with the {} and the {}.",
}
THINGS = [
    "letter",
    "house",
    "garden",
    "picture",
    "book",
    "basket",
    "road",
    "window",
    "kitchen",
    "street",
    "village",
    "river",
]
COUNTS = {"neutral": 40, "joy": 15, "fear": 5}


def rows(counts: dict[str, int], start: int = 0) -> list[dict]:
    """As many lines of each class as `counts` says."""
    return [
        {
            "text": LINES[label].format(THINGS[(start + i) % 12], THINGS[(start + 5 * i + 3) % 12]),
            "label": label,
        }
        for label, count in counts.items()
        for i in range(count)
    ]


def tokeniser(lines: list[str]) -> PreTrainedTokenizerFast:
    """Whole words, those of `lines`."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = sorted({word for line in lines for word, _ in pre_tokenizers.Whitespace().pre_tokenize_str(line)})
    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(pieces + words)}, "[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    )


def main() -> dict[str, float]:
    """Train for eight epochs; the dev figures."""
    set_seed(0)
    train, dev = rows(COUNTS), rows(dict.fromkeys(COUNTS, 8), start=7)
    tokenizer = tokeniser([row["text"] for row in train])
    names = dict(enumerate(COUNTS))
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            id2label=names,
            label2id={name: at for at, name in names.items()},
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=8,
            per_device_train_batch_size=10,
            learning_rate=5e-3,
            report_to="none",
            disable_tqdm=True,
            logging_strategy="epoch",
            save_strategy="no",
            use_cpu=True,
        )
        trainer = equip(Trainer, "minority_boost")(
            model, arguments, train_dataset=train, eval_dataset=dev, processing_class=tokenizer
        )
        print("rows by class:", dict(Counter(row["label"] for row in train)))
        drawn = trainer.augmented.made
        copies = Counter(
            row.label for row, is_copy in zip(drawn.rows, drawn.are_copies, strict=True) if is_copy
        )
        print("copies a class:", dict(copies))
        place = drawn.are_copies.index(True)
        print("a line:", drawn.rows[place].text)
        for epoch in (0, 1, 2):
            print(f"  its copy in epoch {epoch}:", drawn.at(place, epoch)[1].text)
        trainer.train()
        found = trainer.evaluate()
    print(f"dev loss {found['eval_loss']:.3f}")
    return found


if __name__ == "__main__":
    main()
