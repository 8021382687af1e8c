"""The sentences that a person reads when a recipe is wrong."""

import pytest

from recipes import RecipeError, load_recipe


def faults(tmp_path, text, overrides=()):
    path = tmp_path / "r.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        load_recipe(path, overrides)
    return [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]


ONE_FAULT = [
    (
        "balance: {target: majority, spred: even}",
        "1:29: balance.spred: is no key of balance; did you mean spread?",
    ),
    ("epochs: 5", "1:1: epochs: is no key of a recipe; did you mean train.epochs?"),
    ("extend: baseline", "1:1: extend: is no key of a recipe; did you mean extends?"),
    (
        "train: {zzz: 1}",
        "1:9: train.zzz: is no key of train (known: class_weights, loss, head_losses, sampler, contrastive, "
        "auxiliary, modality_dropout, no_consensus, stages, decouple, resample, epochs, patience, batch_size, learning_rate, direct_learning_rate, weight_decay, warmup_ratio, max_grad_norm, "
        "ema_decay)",
    ),
    (
        "balance: {max_copies: 2}",
        "1:1: balance.target: is missing; give majority, or one of {ratio: …}, {count: …}, {factor: …}, "
        "{copies: …}, {entropy: …}",
    ),
    (
        "balance: {target: {ratio: 1.7}}",
        "1:27: balance.target.ratio: 1.7 is not a number from 0 to 1 (share of the largest class's count)",
    ),
    (
        "balance: {target: {ration: 0.5}}",
        "1:20: balance.target.ration: no target is called 'ration'; did you mean ratio?",
    ),
    ("balance: {target: majorty}", "1:19: balance.target: 'majorty' is no target; did you mean majority?"),
    (
        "balance: {target: {ratio: 0.5, count: 3}}",
        "1:19: balance.target: gives ratio and count; a target is majority, or one of {ratio: …}, {count: …}, "
        "{factor: …}, {copies: …}, {entropy: …}",
    ),
    (
        "balance: {target: {copies: 1.5}}",
        "1:28: balance.target.copies: 1.5 is not a whole number from 0 (copies of every utterance, whatever its class)",
    ),
    (
        "balance: {target: majority, spread: evn}",
        "1:37: balance.spread: 'evn' is not one of even, speaker, hardest; did you mean even?",
    ),
    (
        "balance: {target: majority, max_copies: 0}",
        "1:41: balance.max_copies: 0 is not a whole number from 1 to 10000 copies of one utterance, or null",
    ),
    (
        "train: {no_consensus: kep}",
        "1:23: train.no_consensus: 'kep' is not one of drop, keep; did you mean keep?",
    ),
    (
        "balance: {target: majority, budget: {hour: 2}}",
        "1:38: balance.budget.hour: no budget is called 'hour'; did you mean hours?",
    ),
    (
        "balance: {target: majority, budget: {hours: -2}}",
        "1:45: balance.budget.hours: -2 is not a number from 0 to 100000 (of sound in the copies)",
    ),
    (
        "balance: {target: majority, budget: {utterances: 2.5}}",
        "1:50: balance.budget.utterances: 2.5 is not a whole number from 0 (copies in all)",
    ),
    (
        "balance: {target: majority, budget: 500}",
        "1:37: balance.budget: 500 is no budget; give one of {hours: …}, {utterances: …}",
    ),
    (
        "balance: {target: majority, axes: [label, speakr]}",
        "1:43: balance.axes[1]: 'speakr' is not one of label, speaker, gender, corpus, language; did you mean speaker?",
    ),
    (
        "balance: {target: majority, axes: [speaker]}",
        "1:35: balance.axes: speaker leaves the classes out; add label",
    ),
    (
        "balance: {target: majority, axes: [label, gender, label]}",
        "1:51: balance.axes[2]: label stands there twice",
    ),
    (
        "balance: {target: majority, undersample: {imbalance_ratio: 0.5}}",
        "1:60: balance.undersample.imbalance_ratio: 0.5 is not a number from 1 to 10000 times the smallest class, "
        "copies included",
    ),
    (
        "balance: {target: majority, undersample: {imbalance_ratio: 3, by: redundance}}",
        "1:67: balance.undersample.by: 'redundance' is not one of redundancy, random; did you mean redundancy?",
    ),
    (
        "balance: {target: majority, per_class: {fear: {target: {ratio: 2}}}}",
        "1:64: balance.per_class.fear.target.ratio: 2 is not a number from 0 to 1 (share of the largest class's count)",
    ),
    (
        "balance: {target: majority, per_class: {fear: {max_copies: 0}}}",
        "1:60: balance.per_class.fear.max_copies: 0 is not a whole number from 1 to 10000 copies of one utterance, "
        "or null",
    ),
    (
        "balance: {target: majority, per_class: {fear: {spread: even}}}",
        "1:48: balance.per_class.fear.spread: is no key of balance.per_class.fear; did you mean balance.spread?",
    ),
    ("train: {epochs: 0}", "1:17: train.epochs: 0 is not a whole number from 1 to 1000 epochs"),
    ("train: {epochs: true}", "1:17: train.epochs: true is not a whole number from 1 to 1000 epochs"),
    ("train: {epochs: }", "1:16: train.epochs: null is not a whole number from 1 to 1000 epochs"),
    ("train: {learning_rate: fast}", "1:24: train.learning_rate: 'fast' is not a number above 0 to 1 a step"),
    ("train: {learning_rate: .nan}", "1:24: train.learning_rate: nan is not a number above 0 to 1 a step"),
    (
        "train: {class_weights: {method: balance}}",
        "1:33: train.class_weights.method: 'balance' is not one of balanced, inverse, inverse_sqrt, "
        "effective_number, log, none, or a map of class to weight; did you mean balanced?",
    ),
    (
        "train: {class_weights: {method: 3}}",
        "1:33: train.class_weights.method: 3 is not one of balanced, inverse, inverse_sqrt, effective_number, "
        "log, none, or a map of class to weight",
    ),
    (
        "train: {class_weights: {method: {joy: 0, fear: 2}}}",
        "1:33: train.class_weights.method: class weights: class joy has 0; give numbers above 0",
    ),
    (
        "train: {class_weights: {method: {}}}",
        "1:33: train.class_weights.method: there are no classes to count: the labels are empty",
    ),
    (
        "train: {class_weights: {prior: {joy: .5, fear: much}}}",
        "1:48: train.class_weights.prior.fear: 'much' is refused: input should be a valid number",
    ),
    (
        "train: {class_weights: {prior: {joy: .5, fear: -.5}}}",
        "1:32: train.class_weights.prior: class fear has -0.5; give numbers above 0",
    ),
    (
        "train: {class_weights: {method: log, prior: {joy: 1}}}",
        "1:45: train.class_weights.prior: goes with method 'balanced', not with 'log'",
    ),
    (
        "train: {class_weights: {clip: 0.5}}",
        "1:31: train.class_weights.clip: 0.5 is not allowed; give a number from 1 (largest ÷ smallest weight), or "
        "(low, high) above 0",
    ),
    (
        "train: {class_weights: {clip: [2, 1]}}",
        "1:31: train.class_weights.clip: [2.0, 1.0] is not allowed; give a number from 1 (largest ÷ smallest "
        "weight), or (low, high) above 0",
    ),
    (
        "train: {class_weights: {clip: wide}}",
        "1:31: train.class_weights.clip: 'wide' is not a number or a list, or null",
    ),
    (
        "train: {class_weights: {normalise: median}}",
        "1:36: train.class_weights.normalise: 'median' is not one of mean, rows, max, min, none; did you mean mean?",
    ),
    (
        "train: {class_weights: {power: yes}}",
        "1:32: train.class_weights.power: 'yes' is not a number from 0 to 4 as exponent of the weights",
    ),
    (
        "train: {loss: {name: crossentropy}}",
        "1:22: train.loss.name: no loss is called 'crossentropy'; did you mean cross_entropy?",
    ),
    (
        "train: {loss: cross_entrpy}",
        "1:15: train.loss: no loss is called 'cross_entrpy'; did you mean cross_entropy?",
    ),
    (
        "train: {loss: {name: cross_entropy, label_smooth: 0.1}}",
        "1:37: train.loss.label_smooth: is no option of loss cross_entropy; did you mean label_smoothing?",
    ),
    (
        "train: {head_losses: {audo: focal}}",
        "1:23: train.head_losses.audo: is no key of train.head_losses; did you mean audio?",
    ),
    (
        "train: {head_losses: {audio: {name: focal, gama: 2}}}",
        "1:44: train.head_losses.audio.gama: is no option of loss focal; did you mean gamma?",
    ),
    (
        "train: {head_losses: {text: {name: focal, gamma: 11}}}",
        "1:50: train.head_losses.text.gamma: 11 is not allowed; give 0 to 10 (exponent; 0 is cross-entropy)",
    ),
    (
        "train: {class_weights: {drw_epoch: 10}}",
        "1:36: train.class_weights.drw_epoch: 10 is not before the end: epochs count from 0 here, and there are 10",
    ),
    (
        "train: {class_weights: {drw_epoch: -1}}",
        "1:36: train.class_weights.drw_epoch: -1 is not a whole number from 0 to 999 epochs before the weights come in, "
        "or null",
    ),
    (
        "train: {contrastive: {temperature: 0}}",
        "1:36: train.contrastive.temperature: 0 is not a number from 0.01 to 10 dividing the cosines",
    ),
    (
        "train: {contrastive: {weigth: 1}}",
        "1:23: train.contrastive.weigth: is no key of train.contrastive; did you mean weight?",
    ),
    (
        "train: {stages: [{epochs: 2}]}",
        "1:17: train.stages: has one stage; give two or more, or write it under train itself",
    ),
    (
        "train: {stages: [{epochs: 2}, {epochs: 3}], epochs: 10}",
        "1:53: train.epochs: 10, but its stages add up to 5; leave epochs out, or make them agree",
    ),
    (
        "train: {stages: [{epochs: 2}, {sampler: weighted_random}]}",
        "1:31: train.stages[1].epochs: is missing; give a whole number from 1 to 1000 epochs",
    ),
    (
        "train: {stages: [{epochs: 2}, {epochs: 2, sampler: weighted}]}",
        "1:52: train.stages[1].sampler: no sampler is called 'weighted'; did you mean weighted_random?",
    ),
    (
        "train: {stages: [{epochs: 2}, {epochs: 2, samplr: null}]}",
        "1:43: train.stages[1].samplr: is no key of train.stages[1]; did you mean sampler?",
    ),
    (
        "train: {stages: [{epochs: 2}, {epochs: 2, subset: 0.5}]}",
        "1:51: train.stages[1].subset: 0.5 is not a number from 1 to 1000 times the smallest class's training rows, "
        "the most that a class keeps, or null",
    ),
    (
        "train: {stages: [{epochs: 2}, {epochs: 2, features: [mixp]}]}",
        "1:54: train.stages[1].features[0]: no features transform is called 'mixp'; did you mean mixup?",
    ),
    (
        "train: {stages: [{epochs: 2}, {epochs: 2, class_weights: {drw_epoch: 4}}]}",
        "1:70: train.stages[1].class_weights.drw_epoch: 4 is not before the end: epochs count from 0 here, "
        "and there are 4",
    ),
    (
        "train: {class_weights: {method: {a: 1, b: 2}}, "
        "stages: [{epochs: 1}, {epochs: 1, class_weights: {prior: {a: 1}}}]}",
        "1:97: train.stages[1].class_weights: with those of train: goes with method 'balanced', not with "
        "{'a': 1.0, 'b': 2.0}",
    ),
    (
        "train: {decouple: ctr}",
        "1:19: train.decouple: 'ctr' is not a map of method, epochs, learning_rate, tau, or null; did you mean crt?",
    ),
    (
        "train: {decouple: {method: tau, epochs: 3}}",
        "1:33: train.decouple.epochs: is no option of tau (it takes tau)",
    ),
    (
        "train: {decouple: {method: lws, tau: 1}}",
        "1:33: train.decouple.tau: is no option of lws (it takes none)",
    ),
    (
        "train: {decouple: {method: tau, tau: 3}}",
        "1:38: train.decouple.tau: 3 is not a number from 0 to 2 as exponent of the norms (picked on dev by default), "
        "or null",
    ),
    (
        "train: {decouple: {method: crt, epochs: 0}}",
        "1:41: train.decouple.epochs: 0 is not a whole number from 1 to 1000 epochs of the classifier",
    ),
    (
        "train: {resample: smote, decouple: tau}",
        "1:36: train.decouple: tau keeps the classifier, which resample re-trains; give crt, or leave one out",
    ),
    (
        "train: {resample: smoat}",
        "1:19: train.resample: no resampling method is called 'smoat'; did you mean smote?",
    ),
    (
        "train: {resample: {name: smote, kneighbors: 3}}",
        "1:33: train.resample.kneighbors: is no option of resampling method smote; did you mean k_neighbors?",
    ),
    (
        "train: {resample: {name: smote, k_neighbors: 2.5}}",
        "1:46: train.resample.k_neighbors: 2.5 is not allowed; give a whole number, 1 to 1000 (neighbours)",
    ),
    (
        "train: {resample: {name: random_under, strategy: minority}}",
        "1:50: train.resample.strategy: strategy of random_under 'minority' is not known; did you mean 'not minority'? "
        "Known: all, auto, majority, not majority, not minority",
    ),
    ("train: {stages: 3}", "1:17: train.stages: 3 is not a list"),
    (
        "train: {sampler: {name: weighted_random, weights: [1, -1]}}",
        "1:51: train.sampler.weights: [1, -1] is not allowed; give one number a class, each 0 or more "
        "(how often the class is drawn)",
    ),
    (
        "train: {sampler: weighted}",
        "1:18: train.sampler: no sampler is called 'weighted'; did you mean weighted_random?",
    ),
    (
        "train: {modality_dropout: {audio: 0.7, text: 0.6}}",
        "1:27: train.modality_dropout: audio 0.7 and text 0.6 add up to more than 1",
    ),
    (
        "augment: {modalities: bth}",
        "1:23: augment.modalities: 'bth' is not one of both, either, audio, text; did you mean both?",
    ),
    (
        "augment: {gates: {protect: [negations]}}",
        "1:29: augment.gates.protect[0]: 'negations' is not one of negation, number, url, mention, emoji, name, "
        "emotion; did you mean negation?",
    ),
    (
        "augment: {per_class: {fear: {voices: 3}}}",
        "1:30: augment.per_class.fear.voices: is no key of augment.per_class.fear; did you mean augment.voices?",
    ),
    (
        "augment: [a]",
        "1:10: augment: ['a'] is not a map of modalities, voices, pairs, audio, text, features, per_class, gates, or null",
    ),
    (
        "name: a/b",
        "1:7: name: 'a/b' is not a word of letters, digits and _ . + - (output folders are called so)",
    ),
    ("summary: 3", "1:10: summary: 3 is not text"),
    ("evidence: arXiv", "1:11: evidence: 'arXiv' is not a list"),
    ("features: [a]", "1:11: features: ['a'] is not a map"),
]


@pytest.mark.parametrize(("text", "sentence"), ONE_FAULT, ids=[text for text, _ in ONE_FAULT])
def test_a_fault_says_where_what_and_what_instead(tmp_path, text, sentence):
    assert faults(tmp_path, text) == [f"r.yaml:{sentence}"]


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path):
    text = "train:\n  epochs: 0\n  patience: -1\nbalance:\n  target: {ratio: 7}\n  spred: even\nxyz: 1\n"
    places = [fault.split(": ")[0] for fault in faults(tmp_path, text)]
    assert places == ["r.yaml:2:11", "r.yaml:3:13", "r.yaml:5:19", "r.yaml:6:3", "r.yaml:7:1"]


def test_a_recipe_from_python_is_checked_the_same():
    with pytest.raises(RecipeError) as caught:
        load_recipe({"balance": {"target": {"ratio": 2}}, "trane": {}})
    assert [str(fault) for fault in caught.value.faults] == [
        "the dict given: balance.target.ratio: 2 is not a number from 0 to 1 (share of the largest class's count)",
        "the dict given: trane: is no key of a recipe; did you mean train?",
    ]
