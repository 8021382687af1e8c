"""`AutoModel.from_pretrained(folder)` knows MER-HAN once merhan is imported, before or after transformers.

configuration.py and modeling.py register themselves when imported, but that imports transformers, which takes
seconds, where `import merhan` shall take none. So their import waits for that of transformers' auto classes.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType

_REGISTERED_BY = {
    "transformers.models.auto.configuration_auto": "merhan.model.configuration",
    "transformers.models.auto.modeling_auto": "merhan.model.modeling",
}


def register_auto_classes() -> None:
    """Make AutoConfig and AutoModel know model type `merhan`: now, or as soon as either is imported."""
    for auto, ours in _REGISTERED_BY.items():
        if auto in sys.modules:
            importlib.import_module(ours)
    if not any(isinstance(finder, _Await) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Await())


class _Await(importlib.abc.MetaPathFinder):
    """Finds what the usual finder finds, and imports our module after an auto class's."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _REGISTERED_BY:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, _REGISTERED_BY[fullname])
        return spec


class _Then(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader, ours: str):
        self.loader, self.ours = loader, ours

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The module keeps its own loader: transformers reads sources through it.
        module.__loader__ = module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        importlib.import_module(self.ours)
