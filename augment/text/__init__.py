"""Changes a transcript as another speaker might have said it; importing this registers every text transform."""

from augment.text.contextual import Contextual
from augment.text.delete import RandomDeletion
from augment.text.insert import RandomInsertion
from augment.text.swap import RandomSwap
from augment.text.synonym import SynonymReplacement

__all__ = ["Contextual", "RandomDeletion", "RandomInsertion", "RandomSwap", "SynonymReplacement"]
