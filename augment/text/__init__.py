"""Changes a transcript as another speaker might have said it; importing this registers every text transform."""

from augment.text.asr_noise import AsrNoise
from augment.text.back_translation import BackTranslation
from augment.text.casing import Casing
from augment.text.contextual import Contextual
from augment.text.contraction import Contraction
from augment.text.delete import RandomDeletion
from augment.text.disfluency import Disfluency
from augment.text.insert import RandomInsertion
from augment.text.keyboard import Keyboard
from augment.text.punctuation import Punctuation
from augment.text.spelling import Spelling
from augment.text.swap import RandomSwap
from augment.text.synonym import SynonymReplacement

__all__ = [
    "AsrNoise",
    "BackTranslation",
    "Casing",
    "Contextual",
    "Contraction",
    "Disfluency",
    "Keyboard",
    "Punctuation",
    "RandomDeletion",
    "RandomInsertion",
    "RandomSwap",
    "Spelling",
    "SynonymReplacement",
]
