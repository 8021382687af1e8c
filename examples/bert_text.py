"""A tiny BERT on unbalanced texts, without and with a Balance: three lines are the plugin."""

from __future__ import annotations

import random
import tempfile

import transformers as hf

from balancer.plugin import Balance, balanced  # 1

NAMES = ["calm", "angry"]
CALM, ANGRY = "please well fine good nice the a we was door", "late again never why shut stop you it is train"
WORDS, LEANS_ANGRY = f"{CALM} {ANGRY}".split(), set(ANGRY.split())


def rows(calm: int, angry: int, seed: int) -> list[dict]:
    """Eight words each, of which three in four lean towards the row's own class."""
    draw = random.Random(seed)

    def word(label: int) -> int:
        own = draw.random() < 0.75
        return WORDS.index(draw.choice([w for w in WORDS if (w in LEANS_ANGRY) == (label == own)]))

    return [{"input_ids": [word(n) for _ in range(8)], "label": n} for n in [0] * calm + [1] * angry]


def recalls(prediction) -> dict[str, float]:
    """Of each class."""
    right = prediction.predictions.argmax(-1) == prediction.label_ids
    return {name: float(right[prediction.label_ids == n].mean()) for n, name in enumerate(NAMES)}


def recall_of(balance: Balance | None) -> dict[str, float]:
    """What a model trained so recalls of new texts."""
    hf.set_seed(0)
    config = hf.BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        id2label=dict(enumerate(NAMES)), label2id={name: n for n, name in enumerate(NAMES)},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        arguments = hf.TrainingArguments(
            folder, num_train_epochs=4, per_device_train_batch_size=32, per_device_eval_batch_size=200, learning_rate=3e-3,
            report_to="none", save_strategy="no", disable_tqdm=True, use_cpu=True,
        )  # fmt: skip
        model, train = hf.BertForSequenceClassification(config), rows(300, 25, seed=1)
        trainer = balanced(hf.Trainer)(model, arguments, train_dataset=train, compute_metrics=recalls, balance=balance)  # 2  # fmt: skip
        trainer.remove_callback(hf.PrinterCallback)
        trainer.train()
        return trainer.evaluate(rows(100, 100, seed=2))


for said, chosen in {"without": None, "with": Balance("balanced", loss="focal")}.items():  # 3
    found = recall_of(chosen)
    print(f"{said:>7} balance: recall of angry {found['eval_angry']:.2f}, of calm {found['eval_calm']:.2f}")
