"""Supervised contrastive loss with class prototypes, beside a classifier's own loss."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from balancer.errors import BalanceError, unknown
from balancer.losses import REDUCTIONS
from balancer.losses.rows import check_rows, ignored_rows, reduced, shares_of


class PrototypeContrastive(nn.Module):
    """Draws embeddings of a class, and its learnt prototype, together, and classes apart; every class counts once.

    Each class has a prototype in every batch, so that no class is ever without a partner or a rival, and a
    batch of one works; and rivals are averaged within their class, so that a batch full of the majority does
    not push the minority about.  The equation is that of `prototype_contrastive`.

    Give `parameters()` to the optimizer: the prototypes are learnt.  Rows meet those of their own process only.

    classes, dimension : of the labels and the embeddings.
    temperature : τ, above 0; small ones look at the nearest rivals only.
    ignore_index, reduction : as in `balancer.make_loss`; `mean` is Σ w·ℓ / Σ w with w the sample weights.
    """

    def __init__(
        self,
        classes: int,
        dimension: int,
        temperature: float = 0.1,
        ignore_index: int = -100,
        reduction: str = "mean",
    ):
        super().__init__()
        if classes < 2 or dimension < 1:
            raise BalanceError(
                f"{classes} classes of dimension {dimension}: give two classes and one dimension at least."
            )
        if not 0 < temperature < float("inf"):
            raise BalanceError(
                f"temperature {temperature!r} is not allowed; give one above 0.", "temperature"
            )
        if reduction not in REDUCTIONS:
            raise unknown("reduction", reduction, REDUCTIONS, "reduction")
        self.temperature = temperature
        self.ignore_index = ignore_index
        self.reduction = reduction
        # A generator of its own: beside a model it must not change what that model starts from.
        start = torch.randn(classes, dimension, generator=torch.Generator().manual_seed(0))
        self.prototypes = nn.Parameter(normalize(start, dim=1))

    def extra_repr(self) -> str:
        classes, dimension = self.prototypes.shape
        return f"classes={classes}, dimension={dimension}, temperature={self.temperature}"

    def forward(
        self, embeddings: Tensor, labels: Tensor, sample_weight: Tensor | None = None
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Loss of `embeddings` (batch, dimension), of any length, with class ids (batch,) or shares (batch, classes).

        `sample_weight` (batch,), from 0, weighs a row as the one that looks, not as a partner or rival of others.
        Half precision is computed in float32.  No input is changed.
        """
        classes, dimension = self.prototypes.shape
        if embeddings.ndim != 2 or embeddings.shape[1] != dimension:
            raise BalanceError(
                f"embeddings have shape {tuple(embeddings.shape)}; give (batch, {dimension}).", "embeddings"
            )
        check_rows(labels, len(embeddings), classes, self.ignore_index, sample_weight)
        embeddings = embeddings.to(torch.promote_types(embeddings.dtype, torch.float32))
        labels = labels.to(embeddings.device)
        ignored = ignored_rows(labels, self.ignore_index)
        embeddings = embeddings.masked_fill(ignored.unsqueeze(1), 0.0)
        shares = shares_of(labels, ignored, like=embeddings.new_zeros(len(embeddings), classes))
        weight = self._weight(labels, sample_weight)
        with torch.autocast(embeddings.device.type, enabled=False):  # it would halve the products
            losses = prototype_contrastive(
                embeddings, shares, self.prototypes.to(embeddings), self.temperature
            )
        return reduced(weight * losses, weight, self.reduction)

    def total_weight(self, labels: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Σ w of these rows, a scalar, as `Loss.total_weight`."""
        return self._weight(labels, sample_weight).sum()

    def _weight(self, labels: Tensor, sample_weight: Tensor | None) -> Tensor:
        ignored = ignored_rows(labels, self.ignore_index)
        weight = (~ignored).to(torch.float32)
        return (
            weight if sample_weight is None else weight * sample_weight.to(weight).masked_fill(ignored, 0.0)
        )


def prototype_contrastive(
    embeddings: Tensor, shares: Tensor, prototypes: Tensor, temperature: float
) -> Tensor:
    """Balanced supervised contrastive loss of each row, (batch,); 0 for a row without shares.

    ℓ_i = log Σ_j mean_{k ∈ A_ij} exp(s_ik) - Σ_c q_ic · mean_{k ∈ A_ic} s_ik,   s_ik = cos(z_i, z_k) / τ

    A_ij are the rows of class j other than i, and the prototype of j; q_ic are the shares of row i, 1 for its
    class where the label is hard.  A soft row is in each of its classes with its share: means are weighted.
    Sources: Khosla et al. 2020, arXiv:2004.11362, equation 2, the attraction; Zhu et al. 2022,
    arXiv:2207.09052, equation 6, prototypes in every batch and the mean within classes.

    embeddings : (batch, dimension).  shares : (batch, classes), rows of sum 1, or 0.
    prototypes : (classes, dimension).
    """
    rows = normalize(embeddings, dim=1)
    similar = rows @ torch.cat([rows, normalize(prototypes, dim=1)]).T / temperature
    members = torch.cat(
        [shares, torch.eye(len(prototypes), dtype=shares.dtype, device=shares.device)]
    )  # (batch + classes, classes)
    present = members.sum(dim=1) > 0
    itself = torch.eye(len(rows), len(members), dtype=torch.bool, device=rows.device)
    others = present & ~itself

    sizes = members.sum(dim=0) - shares  # (batch, classes): without the row itself, with the prototype
    attraction = (similar.masked_fill(~others, 0.0) @ members / sizes * shares).sum(dim=1)
    similar = similar.masked_fill(~others, -torch.inf)
    highest = similar.detach().amax(dim=1, keepdim=True)  # small temperatures overflow without it
    rivals = ((similar - highest).exp() @ members / sizes).sum(dim=1).log() + highest.squeeze(1)
    return (rivals - attraction) * (shares.sum(dim=1) > 0)
