"""A whole recipe in Hugging Face's Trainer: text, sound, both."""

from __future__ import annotations

import logging

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models
from torch import nn
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForSequenceClassification,
    set_seed,
)

from recipes import Corpus, CorpusError, RecipeError, equip

NAMES = {0: "neutral", 1: "joy", 2: "fear"}
LABELS = {name: number for number, name in NAMES.items()}


def tokenise(row):
    """Letters as token ids: every change of the text changes them."""
    ids = [1 + ord(letter) % 60 for letter in row["text"][:48]]
    return {"input_ids": ids, "attention_mask": [1] * len(ids)}


def pad(items):
    """A collator for token ids, waveforms or both."""
    batch = {}
    for name in items[0]:
        values = [torch.as_tensor(item[name]) for item in items]
        batch[name] = (
            nn.utils.rnn.pad_sequence(values, batch_first=True) if values[0].ndim else torch.stack(values)
        )
    return batch


def bert(**config):
    set_seed(0)
    settings = {"id2label": NAMES, "label2id": LABELS} | config
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=64, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
            max_position_embeddings=64, **settings,
        )
    )  # fmt: skip


def wav2vec2():
    set_seed(0)
    return Wav2Vec2ForSequenceClassification(
        Wav2Vec2Config(
            hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, conv_dim=(8, 8),
            conv_stride=(5, 4), conv_kernel=(10, 8), num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2,
            classifier_proj_size=8, mask_time_prob=0.0, id2label=NAMES, label2id=LABELS,
        )
    )  # fmt: skip


class Joint(nn.Module):
    """Reads and hears; knows nothing of losses."""

    def __init__(self):
        super().__init__()
        set_seed(0)
        self.words = nn.Embedding(64, 8)
        self.head = nn.Linear(10, 3)

    def forward(self, input_ids, input_values):
        sound = torch.stack([input_values.mean(dim=1), input_values.std(dim=1)], dim=1)
        return {"logits": self.head(torch.cat([self.words(input_ids).mean(dim=1), sound], dim=1))}


def arguments(folder, **options):
    settings = {
        "num_train_epochs": 2, "per_device_train_batch_size": 4, "learning_rate": 1e-2, "logging_steps": 1,
        "save_strategy": "no", "report_to": "none", "disable_tqdm": True, "use_cpu": True, "seed": 3,
    }  # fmt: skip
    return TrainingArguments(output_dir=str(folder), **settings | options)


def trainer_loss(trainer):
    """The loss that a Trainer trains with."""
    return trainer.balance.loss


def loss_of(trainer):
    """That of its first stage."""
    return trainer_loss(trainer).stages.at(0)


def losses(trainer):
    return [row["loss"] for row in trainer.state.log_history if "loss" in row]


def trained(folder, rows, recipe, options=None, still=None, **more):
    trainer = equip(Trainer, recipe)(
        bert(**still or {}),
        arguments(folder, **options or {}),
        train_dataset=rows,
        encode=tokenise,
        data_collator=pad,
        **more,
    )
    trainer.train()
    return trainer


def test_text_alone_trains_on_the_plan(rows, lively, tmp_path):
    trainer = trained(tmp_path, rows, lively)
    assert trainer.state.global_step == 2 * 3  # epochs as long as the 12 originals, 23 items or not
    again = trained(tmp_path, rows, lively)
    assert losses(again) == losses(trainer)
    for one, other in zip(trainer.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(one, other)
    assert losses(trained(tmp_path, rows, lively, {"seed": 4})) != losses(trainer)
    plain = trained(tmp_path, rows, "class_weights")
    assert losses(plain) != losses(trainer)


class Seen:
    """A collator that remembers what came: texts by batch, in the order of training."""

    def __init__(self):
        self.batches = []

    def __call__(self, items):
        self.batches.append(
            [
                tuple(item["input_ids"].tolist())
                if hasattr(item["input_ids"], "tolist")
                else tuple(item["input_ids"])
                for item in items
            ]
        )
        return pad(items)


def test_every_epoch_draws_anew(rows, lively, tmp_path):
    seen = Seen()
    trainer = equip(Trainer, lively)(
        bert(),
        arguments(tmp_path, num_train_epochs=4),
        train_dataset=rows,
        encode=tokenise,
        data_collator=seen,
    )
    trainer.train()
    originals = {tuple(tokenise(row)["input_ids"]) for row in rows}
    epochs = [
        {text for batch in seen.batches[at : at + 3] for text in batch} - originals for at in (0, 3, 6, 9)
    ]
    assert all(epochs)
    assert len(set.union(*epochs)) > sum(trainer.augmented.made.are_copies)  # more texts than copies


@pytest.mark.parametrize("persistent", [False, True])
def test_loader_workers_change_nothing(rows, lively, tmp_path, persistent):
    # Without dropout: a loader that lives on takes other numbers from torch's generator, which are not our business.
    still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    alone = trained(tmp_path, rows, lively, still=still)
    workers = {"dataloader_num_workers": 2, "dataloader_persistent_workers": persistent}
    assert losses(trained(tmp_path, rows, lively, workers, still=still)) == losses(alone)


def test_case_4_11_a_resume_in_mid_epoch_is_exact(rows, lively, tmp_path):
    """accelerate#2574, #4233: another order, other augmentations after a resume in mid-epoch."""
    saving = {"save_strategy": "steps", "save_steps": 4, "num_train_epochs": 3}
    whole = trained(tmp_path / "a", rows, lively, saving)
    assert len(losses(whole)) == 9
    rest = equip(Trainer, lively)(
        bert(), arguments(tmp_path / "b", **saving), train_dataset=rows, encode=tokenise, data_collator=pad
    )
    rest.train(
        resume_from_checkpoint=str(tmp_path / "a" / "checkpoint-4")
    )  # the first of three steps of epoch 2
    assert losses(rest) == losses(whole)
    for one, other in zip(rest.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_sound_alone_through_a_feature_extractor(rows, tmp_path):
    heard = [{"audio": row["audio"], "emotion": row["label"], "speaker": row["speaker"]} for row in rows]
    trainer = equip(Trainer, "pseudo_speakers")(
        wav2vec2(),
        arguments(tmp_path),
        train_dataset=heard,
        processing_class=Wav2Vec2FeatureExtractor(sampling_rate=8000),
    )
    assert (len(trainer.augmented), trainer.augmented.originals) == (60, 12)
    lengths = {len(trainer.augmented[place]["input_values"]) for place in range(5)}
    assert len(lengths) > 1  # voices are faster and slower
    assert set(trainer.augmented[0]) == {"input_values", "labels"}
    trainer.train()
    assert len(losses(trainer)) == 6
    assert np.isfinite(losses(trainer)).all()


def test_sound_is_brought_to_the_extractors_rate(rows, tmp_path):
    trainer = equip(Trainer, "class_weights")(
        wav2vec2(),
        arguments(tmp_path),
        train_dataset=rows,
        processing_class=Wav2Vec2FeatureExtractor(sampling_rate=16000),
    )
    assert len(trainer.augmented[0]["input_values"]) == 2 * len(rows[0]["audio"]["array"])


def test_words_and_sound_of_a_corpus_together(tones, lively, tmp_path):
    def encode(row):
        return tokenise(row) | {"input_values": row["audio"]["array"]}

    trainer = equip(Trainer, lively)(
        Joint(),
        arguments(tmp_path),
        train_dataset=tones,
        eval_dataset=tones,
        encode=encode,
        data_collator=pad,
    )
    assert trainer.augmented.classes == ("fear", "joy", "neutral")
    assert len(trainer.eval_dataset) == 3  # the corpus's dev rows
    trainer.train()
    assert trainer.state.global_step == 12
    found = trainer.predict(tones)  # the corpus's test rows
    assert found.label_ids.tolist() == [2, 1, 0]
    assert found.predictions.shape == (3, 3)


def test_case_4_10_columns_are_kept_for_augmentation_and_collator(rows, lively, hugging, tmp_path):
    """transformers#19599, #38091: text, path and weight are stripped before the collator."""
    given = []

    def collate(items):
        given.append([set(item) for item in items])
        return pad([tokenise(item) | {"labels": item["labels"]} for item in items])

    options = arguments(tmp_path)
    assert options.remove_unused_columns
    trainer = equip(Trainer, lively)(bert(), options, train_dataset=hugging, data_collator=collate)
    trainer.train()
    assert given[0][0] == {"text", "audio", "label", "labels", "speaker", "weight"}
    # and where rows are encoded first, what the model doesn't take goes, as in any Trainer
    seen = []

    def encode(row):
        return {**tokenise(row), "weight": row["weight"]}

    trainer = equip(Trainer, lively)(
        bert(),
        options,
        train_dataset=hugging,
        encode=encode,
        data_collator=lambda items: seen.append(items) or pad(items),
    )
    trainer.train()
    assert set(seen[0][0]) == {"input_ids", "attention_mask", "labels"}


def test_held_out_rows_are_encoded_and_nothing_else(rows, lively, tmp_path):
    dev = [
        {"text": f"the house number {i}", "label": ["joy", "fear"][i % 2], "audio": None} for i in range(6)
    ]
    asked = []

    def encode(row):
        asked.append(row["text"])
        return tokenise(row)

    trainer = equip(Trainer, lively)(
        bert(),
        arguments(tmp_path),
        train_dataset=rows,
        eval_dataset={"a": dev, "b": dev[:2]},
        encode=encode,
        data_collator=pad,
    )
    found = trainer.evaluate()
    assert asked == [row["text"] for row in dev] + [row["text"] for row in dev[:2]]
    assert {"eval_a_loss", "eval_b_loss"} <= set(found)
    assert trainer.predict(dev).label_ids.tolist() == [1, 2, 1, 2, 1, 2]
    trainer.evaluate(dev)
    assert set(asked) == {row["text"] for row in dev}
    ready = [{**tokenise(row), "labels": 1} for row in dev]
    assert trainer.predict(ready).label_ids.tolist() == [1] * 6  # encoded already: as they are
    assert all(row.id.isdigit() for row in trainer.augmented.made.rows)  # and none of them was trained on
    assert len({row.id for row in trainer.augmented.made.rows}) == 12


def test_a_corpus_without_the_split_is_not_evaluated_on_its_training_rows(tones, lively, tmp_path):
    both = Corpus(tuple(u for u in tones if u.split != "dev"), tones.folder)
    with pytest.raises(CorpusError, match="has no rows of dev"):
        equip(Trainer, lively)(
            bert(), arguments(tmp_path), train_dataset=both, eval_dataset=both, encode=tokenise
        )


def test_weights_come_from_the_training_rows_and_the_plan(rows, lively, tmp_path):
    trainer = equip(Trainer, lively | {"train": {"class_weights": {"copies_count": 0.5}}})(
        bert(), arguments(tmp_path), train_dataset=rows, encode=tokenise, data_collator=pad
    )
    counts = np.array([8, 5.5, 4])  # 8 neutral; 3 joy and 5 copies; 1 fear and 6 copies, each counted half
    weights = counts.sum() / (3 * counts)
    loss = loss_of(trainer)
    np.testing.assert_allclose(loss.weight.numpy(), weights / weights.mean(), rtol=1e-6)


def test_classes_by_name_come_in_the_models_order(rows, tmp_path):
    named = [{**row, "label": NAMES[row["label"]]} for row in rows]
    weights = {"method": {"neutral": 1.0, "joy": 2.0, "fear": 3.0}, "normalise": "none"}
    trainer = equip(Trainer, {"name": "own", "train": {"class_weights": weights}})(
        bert(), arguments(tmp_path), train_dataset=named, encode=tokenise, data_collator=pad
    )
    assert loss_of(trainer).weight.tolist() == [1.0, 2.0, 3.0]
    assert [trainer.augmented[place]["labels"] for place in (0, 8, 11)] == [0, 1, 2]


def test_a_model_without_names_learns_them(rows, tmp_path):
    named = [{**row, "label": NAMES[row["label"]]} for row in rows]
    unnamed = {number: f"LABEL_{number}" for number in NAMES}
    trainer = equip(Trainer, "class_weights")(
        bert(id2label=unnamed, label2id={name: number for number, name in unnamed.items()}),
        arguments(tmp_path), train_dataset=named, encode=tokenise, data_collator=pad,
    )  # fmt: skip
    assert trainer.model.config.id2label == {0: "fear", 1: "joy", 2: "neutral"}
    assert trainer.model.config.label2id == {"fear": 0, "joy": 1, "neutral": 2}
    with pytest.raises(CorpusError, match=r"3 classes \(fear, joy, neutral\) and the model has 2"):
        equip(Trainer, "class_weights")(
            bert(id2label={0: "LABEL_0", 1: "LABEL_1"}, label2id={"LABEL_0": 0, "LABEL_1": 1}),
            arguments(tmp_path), train_dataset=named, encode=tokenise,
        )  # fmt: skip


def test_a_sampler_and_a_loss_of_the_recipe(rows, tmp_path):
    recipe = {
        "name": "sampled",
        "train": {
            "class_weights": {"method": "none"},
            "loss": {"name": "focal", "gamma": 1.5},
            "sampler": "class_aware",
        },
    }
    trainer = equip(Trainer, recipe)(
        bert(), arguments(tmp_path), train_dataset=rows, encode=tokenise, data_collator=pad
    )
    assert (loss_of(trainer).method.name, loss_of(trainer).options) == ("focal", {"gamma": 1.5})
    order = trainer._get_train_sampler()
    labels = [rows[row]["label"] for _, row in order]
    assert len(labels) == 12
    assert [labels.count(label) for label in (0, 1, 2)] == [4, 4, 4]


def test_stages_change_order_and_loss_in_mid_training(rows, tmp_path):
    recipe = {
        "name": "staged",
        "train": {
            "class_weights": {"method": "balanced"},
            "stages": [
                {"epochs": 2},
                {"epochs": 1, "sampler": "class_aware", "class_weights": {"method": "none"}},
            ],
        },
    }
    trainer = equip(Trainer, recipe)(
        bert(),
        arguments(tmp_path, num_train_epochs=3),
        train_dataset=rows,
        encode=tokenise,
        data_collator=pad,
    )
    weighed, order = [], trainer._get_train_sampler()
    for epoch in range(3):
        order.set_epoch(epoch)
        labels = [rows[row]["label"] for _, row in order]
        weighed.append([labels.count(label) for label in (0, 1, 2)])
    assert weighed == [[8, 3, 1], [8, 3, 1], [4, 4, 4]]
    at = []
    loss = trainer_loss(trainer)
    forward = loss.forward
    loss.forward = lambda *args, **kwargs: at.append(loss.current.weighs) or forward(*args, **kwargs)
    trainer.train()
    assert len(losses(trainer)) == 9
    assert at == [True] * 6 + [False] * 3


def test_deferred_weights_come_in_with_their_epoch(rows, tmp_path):
    recipe = {"name": "deferred", "train": {"epochs": 4, "class_weights": {"drw_epoch": 2}}}
    trainer = equip(Trainer, recipe)(
        bert(),
        arguments(tmp_path, num_train_epochs=4),
        train_dataset=rows,
        encode=tokenise,
        data_collator=pad,
    )
    at = []
    loss = trainer_loss(trainer)
    forward = loss.forward
    loss.forward = lambda *args, **kwargs: at.append(loss.current.weighs) or forward(*args, **kwargs)
    trainer.train()
    assert at == [False] * 6 + [True] * 6


def test_features_are_mixed_where_a_model_can_take_it(rows, lively, tmp_path):
    heard = [{"audio": row["audio"], "label": row["label"]} for row in rows]
    extractor = Wav2Vec2FeatureExtractor(sampling_rate=8000)
    trainer = equip(Trainer, "mixup")(
        wav2vec2(), arguments(tmp_path), train_dataset=heard, processing_class=extractor
    )
    batch = next(iter(trainer.get_train_dataloader()))
    assert batch["labels"].shape == (4, 3)
    torch.testing.assert_close(batch["labels"].sum(dim=1), torch.ones(4))
    trainer.train()
    assert np.isfinite(losses(trainer)).all()
    held = next(iter(trainer.get_eval_dataloader(heard)))
    assert held["labels"].tolist() == [0] * 8  # nothing is mixed there
    with pytest.raises(RecipeError, match="mixup token ids can't be mixed"):
        trained(tmp_path, rows, "mixup")
    two_stage = trained(tmp_path, rows, "two_stage")
    assert "two_stage: manifold_mixup is left out, since it mixes hidden vectors" in two_stage.notes[-1]
    assert np.isfinite(losses(two_stage)).all()


def test_what_is_merhans_alone_is_said_once(rows, tmp_path, caplog):
    with caplog.at_level(logging.WARNING, logger="recipes.equip"):
        trainer = equip(Trainer, "class_weights")(
            bert(), arguments(tmp_path), train_dataset=rows, encode=tokenise
        )
    said = [record.message for record in caplog.records if record.name == "recipes.equip"]
    assert said == trainer.notes
    assert said == [
        "Recipe class_weights: train.auxiliary, train.modality_dropout are for MER-HAN's own trainer and not used "
        "here; TrainingArguments say how long and how fast."
    ]


def test_any_trainer_class_and_positional_arguments(rows, lively, tmp_path):
    class Own(Trainer):
        """A subclass that takes what it likes."""

        def __init__(self, *args, shout=False, **kwargs):
            super().__init__(*args, **kwargs)
            self.shout = shout

    made = equip(Own, lively)
    assert (made.__name__, made.recipe.name) == ("EquippedOwn", "lively")
    assert issubclass(made, Own)
    trainer = made(bert(), arguments(tmp_path), pad, rows, encode=tokenise, shout=True)
    assert trainer.shout
    trainer.train()
    assert trainer.state.global_step == 6


def test_a_trainers_own_order_stays(rows, lively, tmp_path):
    class Sorted(Trainer):
        def _get_train_sampler(self, train_dataset=None):
            return torch.utils.data.SequentialSampler(self.train_dataset)

    made = equip(Sorted, lively)(bert(), arguments(tmp_path), train_dataset=rows, encode=tokenise)
    assert list(made._get_train_sampler()) == [(0, row) for row in range(23)]
    sampled = lively | {"train": {"sampler": "class_aware", "class_weights": {"method": "none"}}}
    made = equip(Sorted, sampled)(bert(), arguments(tmp_path), train_dataset=rows, encode=tokenise)
    assert len(made._get_train_sampler()) == 12  # the recipe names one


def test_a_sampler_by_length_and_one_by_speaker(rows, tmp_path):
    for name in ("length_bucketed", "group_aware", "progressively_balanced"):
        recipe = {"name": "sampled", "train": {"sampler": name, "class_weights": {"method": "none"}}}
        order = equip(Trainer, recipe)(
            bert(), arguments(tmp_path), train_dataset=rows, encode=tokenise
        )._get_train_sampler()
        order.set_epoch(1)
        assert len(list(order)) == 12


def test_case_4_8_smoothing_is_the_recipes_or_the_arguments(rows, tmp_path):
    """pytorch#104776: two smoothing settings at once are an error."""
    smoothed = {"label_smoothing_factor": 0.1}
    with pytest.raises(
        RecipeError, match="smoothed twice, by label_smoothing_factor of TrainingArguments and train"
    ):
        trained(tmp_path, rows, "class_weights", smoothed)
    plain = {"name": "plain", "train": {"loss": "cross_entropy"}}
    trainer = trained(tmp_path, rows, plain, smoothed)
    assert loss_of(trainer).label_smoothing == 0.1
    own = arguments(tmp_path, **smoothed)
    equip(Trainer, plain)(bert(), own, train_dataset=rows, encode=tokenise)
    assert own.label_smoothing_factor == 0.1  # the caller's stay what they were


def test_a_head_of_its_own_loss_for_a_model_like_it(rows, tmp_path):
    recipe = {
        "name": "heads",
        "train": {
            "loss": "balanced_softmax",
            "class_weights": {"method": "none"},
            "head_losses": {"audio": "focal"},
        },
    }
    hears = equip(Trainer, recipe)(
        wav2vec2(),
        arguments(tmp_path),
        train_dataset=rows,
        processing_class=Wav2Vec2FeatureExtractor(sampling_rate=8000),
    )
    assert loss_of(hears).method.name == "focal"
    both = equip(Trainer, recipe)(Joint(), arguments(tmp_path), train_dataset=rows, encode=tokenise)
    assert loss_of(both).method.name == "balanced_softmax"


def test_a_model_that_only_reads_is_given_no_copies_of_sound(rows, tmp_path):
    class Words(PreTrainedTokenizerFast):
        """Whole words."""

    tokenizer = Words(
        tokenizer_object=Tokenizer(models.WordLevel({"[UNK]": 0, "the": 1}, "[UNK]")), pad_token="[UNK]"
    )
    with pytest.raises(RecipeError, match="it changes audio, which no row"):
        equip(Trainer, "pseudo_speakers")(
            bert(), arguments(tmp_path), train_dataset=rows, processing_class=tokenizer
        )
    with pytest.raises(
        RecipeError, match=r"train_dataset has no column of text for Words; name it, columns="
    ):
        equip(Trainer, "class_weights")(
            bert(), arguments(tmp_path), processing_class=tokenizer,
            train_dataset=[{"sentence": row["text"], "label": row["label"]} for row in rows],
        )  # fmt: skip
    tokenised = [{**tokenise(row), **row} for row in rows]
    with pytest.raises(
        RecipeError, match="train_dataset holds input_ids: recipe minority_boost changes words"
    ):
        equip(Trainer, "minority_boost")(bert(), arguments(tmp_path), train_dataset=tokenised)


def test_a_row_without_sound_is_named_to_a_model_that_hears(rows, tmp_path):
    heard = [{"audio": row["audio"] if i else None, "label": row["label"]} for i, row in enumerate(rows)]
    trainer = equip(Trainer, "class_weights")(
        wav2vec2(),
        arguments(tmp_path),
        train_dataset=heard,
        processing_class=Wav2Vec2FeatureExtractor(sampling_rate=8000),
    )
    with pytest.raises(CorpusError, match="A row has no audio, and the model only hears"):
        trainer.augmented[0]


def test_a_dataset_of_the_datasets_package(rows, lively, tmp_path):
    datasets = pytest.importorskip("datasets")
    made = datasets.Dataset.from_list(
        [{"text": row["text"], "label": row["label"], "id": f"u{i}"} for i, row in enumerate(rows)]
    )
    trainer = trained(
        tmp_path, made.cast_column("label", datasets.ClassLabel(names=list(NAMES.values()))), lively
    )
    assert losses(trainer) == losses(trained(tmp_path, [made[i] for i in range(12)], lively))


def test_lengths_that_change_are_not_grouped_by(rows, lively, tmp_path):
    with pytest.raises(RecipeError, match="group_by_length sorts rows by lengths that change in every epoch"):
        trained(tmp_path, rows, lively, {"train_sampling_strategy": "group_by_length"})


def test_a_recipe_that_is_wrong_is_refused_before_any_trainer(rows):
    with pytest.raises(RecipeError, match="no recipe is called"):
        equip(Trainer, "minority_bost")
    with pytest.raises(RecipeError, match="loss"):
        equip(Trainer, {"name": "x", "train": {"loss": "focall"}})
