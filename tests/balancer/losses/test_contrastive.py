import copy
import math
import pickle

import numpy as np
import pytest
import torch

from balancer import BalanceError
from balancer.losses.contrastive import PrototypeContrastive

CLASSES, DIMENSION = 3, 5


def _batch(rows=7, kind=torch.float64):
    rng = torch.Generator().manual_seed(8)
    return torch.randn(rows, DIMENSION, generator=rng, dtype=torch.float64).to(kind), torch.arange(rows) % 2


def _module(**options):
    return PrototypeContrastive(CLASSES, DIMENSION, **options).double()


def _by_hand(embeddings, shares, prototypes, temperature):
    """The equation, row by row and class by class; rows have shares in classes."""

    def unit(x):
        return x / np.linalg.norm(x)

    z, c = [unit(x) for x in embeddings], [unit(x) for x in prototypes]
    losses = []
    for i in range(len(z)):
        denominator, attraction = 0.0, 0.0
        for j in range(len(c)):
            sets = [(shares[k][j], z[k]) for k in range(len(z)) if k != i] + [(1.0, c[j])]
            size = sum(share for share, _ in sets)
            denominator += sum(share * math.exp(z[i] @ x / temperature) for share, x in sets) / size
            attraction += shares[i][j] * sum(share * (z[i] @ x) / temperature for share, x in sets) / size
        losses.append(math.log(denominator) - attraction)
    return np.array(losses)


def test_equals_the_equation_worked_row_by_row():
    embeddings, labels = _batch()
    module = _module(temperature=0.3, reduction="none")
    prototypes = module.prototypes.detach().numpy()
    theirs = _by_hand(embeddings.numpy(), np.eye(CLASSES)[labels.numpy()], prototypes, 0.3)
    np.testing.assert_allclose(module(embeddings, labels).detach().numpy(), theirs)

    shares = np.random.default_rng(0).dirichlet(np.ones(CLASSES), size=7)
    theirs = _by_hand(embeddings.numpy(), shares, prototypes, 0.3)
    np.testing.assert_allclose(module(embeddings, torch.tensor(shares)).detach().numpy(), theirs)


def test_a_batch_of_one_meets_the_prototypes():
    # z on its class's prototype, the others at right angles: log(e^{1/τ} + 2) - 1/τ
    module = PrototypeContrastive(3, 3, temperature=0.5)
    module.prototypes.data = torch.eye(3)
    value = module(torch.tensor([[0.0, 4.0, 0.0]]), torch.tensor([1]))
    assert value.item() == pytest.approx(math.log(math.exp(2) + 2) - 2)


def test_a_class_counts_once_however_many_rows_it_has():
    # Copies of the prototypes add rivals, but no class weighs more for them.
    module = PrototypeContrastive(3, 3, temperature=0.5, reduction="none")
    module.prototypes.data = torch.eye(3)
    crowd = torch.cat([torch.eye(3)[:1], torch.eye(3)[1:2].repeat(50, 1)])
    few = module(torch.eye(3)[:1], torch.tensor([0]))
    many = module(crowd, torch.tensor([0] + [1] * 50))
    torch.testing.assert_close(many[:1], few)


def test_gradients_are_those_of_its_values():
    embeddings, labels = _batch(rows=4)
    module = _module()
    assert torch.autograd.gradcheck(
        lambda z, c: torch.func.functional_call(module, {"prototypes": c}, (z, labels)),
        (embeddings.requires_grad_(), module.prototypes),
    )


def test_learning_draws_classes_together():
    embeddings, labels = _batch(rows=12, kind=torch.float32)
    module = PrototypeContrastive(CLASSES, DIMENSION)
    embeddings.requires_grad_()
    optimizer = torch.optim.Adam([embeddings, *module.parameters()], lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        module(embeddings, labels).backward()
        optimizer.step()
    similar = torch.nn.functional.cosine_similarity(embeddings[:, None], module.prototypes[None], dim=2)
    assert (similar.argmax(dim=1) == labels).all()


def test_ignored_rows_are_nobodys_partner_or_rival():
    embeddings, labels = _batch()
    some, wild = labels.clone(), embeddings.clone()
    some[5:], wild[5:] = -100, float("nan")
    module = _module(reduction="sum_and_weight")
    torch.testing.assert_close(module(wild, some), module(embeddings[:5], labels[:5]))
    soft = torch.nn.functional.one_hot(labels, CLASSES).double()
    soft[5:] = 0
    torch.testing.assert_close(module(wild, soft), module(embeddings[:5], labels[:5]))
    nothing = _module()(embeddings, torch.full((7,), -100))
    assert nothing.item() == 0
    nothing.backward()


def test_sample_weights_and_reductions():
    embeddings, labels = _batch()
    weight = torch.tensor([1.0, 2.0, 0.0, 0.5, 1.0, 1.0, 3.0])
    each = _module(reduction="none")(embeddings, labels)
    total, whole = _module(reduction="sum_and_weight")(embeddings, labels, weight)
    torch.testing.assert_close(total, (each * weight).sum())
    assert whole.item() == _module().total_weight(labels, weight).item() == 8.5
    torch.testing.assert_close(_module()(embeddings, labels, weight), total / whole)
    torch.testing.assert_close(_module(reduction="sum")(embeddings, labels), each.sum())


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(kind):
    embeddings, labels = _batch(kind=kind)
    module = PrototypeContrastive(CLASSES, DIMENSION, temperature=0.01)  # exp(100) is no float32
    value = module(embeddings, labels)
    assert value.dtype == torch.float32
    assert torch.isfinite(value)
    torch.testing.assert_close(value, module(embeddings.float(), labels))
    with torch.autocast("cpu", dtype=kind):
        torch.testing.assert_close(module(embeddings.float(), labels), value)


def test_prototypes_start_the_same_and_leave_the_random_state_alone():
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    first, second = (PrototypeContrastive(CLASSES, DIMENSION) for _ in range(2))
    assert torch.equal(first.prototypes, second.prototypes)
    assert torch.equal(torch.random.get_rng_state(), before)
    embeddings, labels = _batch(kind=torch.float32)
    for twin in (pickle.loads(pickle.dumps(first)), copy.deepcopy(first)):
        torch.testing.assert_close(twin(embeddings, labels), first(embeddings, labels))
    assert list(first.state_dict()) == ["prototypes"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"classes": 1}, "1 classes of dimension 5"),
        ({"temperature": 0.0}, "temperature 0.0 is not allowed"),
        ({"reduction": "avg"}, "reduction 'avg' is not known"),
    ],
)
def test_settings_that_do_not_fit_are_named(options, words):
    with pytest.raises(BalanceError, match=words):
        PrototypeContrastive(**{"classes": CLASSES, "dimension": DIMENSION, **options})


def test_inputs_that_do_not_fit_are_named():
    embeddings, labels = _batch()
    with pytest.raises(BalanceError, match=r"embeddings have shape \(7, 4\); give \(batch, 5\)"):
        _module()(embeddings[:, :4], labels)
    with pytest.raises(BalanceError, match="label 9 is outside 0 to 2"):
        _module()(embeddings, labels + 9 * (torch.arange(7) == 0))
