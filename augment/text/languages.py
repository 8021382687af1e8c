"""Languages by their two-letter codes, and the little that is known here of those that are not English."""

from __future__ import annotations

import re

from augment.parameters import ParameterError

ENGLISH = "en"

# code -> its three-letter code (that of the Open Multilingual Wordnet where the two differ), its name.
LANGUAGES = {
    "ar": ("arb", "Arabic"), "bg": ("bul", "Bulgarian"), "bn": ("ben", "Bengali"), "ca": ("cat", "Catalan"),
    "cs": ("ces", "Czech"), "da": ("dan", "Danish"), "de": ("deu", "German"), "el": ("ell", "Greek"),
    "en": ("eng", "English"), "es": ("spa", "Spanish"), "et": ("est", "Estonian"), "eu": ("eus", "Basque"),
    "fa": ("fas", "Persian"), "fi": ("fin", "Finnish"), "fr": ("fra", "French"), "gl": ("glg", "Galician"),
    "he": ("heb", "Hebrew"), "hi": ("hin", "Hindi"), "hr": ("hrv", "Croatian"), "hu": ("hun", "Hungarian"),
    "id": ("ind", "Indonesian"), "is": ("isl", "Icelandic"), "it": ("ita", "Italian"), "ja": ("jpn", "Japanese"),
    "ko": ("kor", "Korean"), "lt": ("lit", "Lithuanian"), "lv": ("lav", "Latvian"), "ms": ("zsm", "Malay"),
    "nb": ("nob", "Norwegian Bokmål"), "nl": ("nld", "Dutch"), "nn": ("nno", "Norwegian Nynorsk"),
    "pl": ("pol", "Polish"), "pt": ("por", "Portuguese"), "ro": ("ron", "Romanian"), "ru": ("rus", "Russian"),
    "sk": ("slk", "Slovak"), "sl": ("slv", "Slovenian"), "sq": ("als", "Albanian"), "sr": ("srp", "Serbian"),
    "sv": ("swe", "Swedish"), "ta": ("tam", "Tamil"), "th": ("tha", "Thai"), "tr": ("tur", "Turkish"),
    "uk": ("ukr", "Ukrainian"), "ur": ("urd", "Urdu"), "vi": ("vie", "Vietnamese"), "zh": ("cmn", "Chinese"),
}  # fmt: skip

# Languages that write every noun with a capital, so that a capital makes no name.
NOUNS_IN_CAPITALS = {"de"}


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


NEGATIONS = {
    "bg": _words("не без нито никой никога нищо никъде няма нямам недей ни"),
    "ca": _words("no mai ningú res cap ni sense tampoc gens"),
    "cs": _words("ne není nejsem nejsi nejsou nikdy nikdo nic žádný žádná žádné ani bez nelze"),
    "da": _words("ikke ej aldrig ingen intet ingenting uden hverken nej"),
    "de": _words(
        "nicht kein keine keinen keinem keiner keines nie niemals niemand niemanden nichts nirgends ohne weder nein kaum"
    ),
    "el": _words("δεν δε μη μην όχι ποτέ κανείς κανένας καμία κανένα τίποτα χωρίς ούτε πουθενά"),
    "es": _words("no nunca jamás nadie nada ningún ninguno ninguna ni sin tampoco apenas"),
    "fi": _words(
        "ei en et emme ette eivät älä älkää ilman kukaan mitään koskaan tuskin enää ettei etten eikä enkä"
    ),
    "fr": _words("ne n' pas jamais personne rien aucun aucune ni sans non plus guère nul nulle"),
    "gl": _words("non nunca xamais ninguén nada ningún ningunha nin sen tampouco"),
    "hr": _words("ne nije nisam nisi nismo niste nisu nema nemam nikad nikada nitko ništa niti bez ni"),
    "id": _words("tidak tak bukan jangan belum tanpa tiada"),
    "it": _words("non no mai nessuno nessuna nessun niente nulla né senza neanche nemmeno neppure mica"),
    "lt": _words("ne nėra niekada niekas nieko be nei nebe joks jokia"),
    "nb": _words("ikke ei aldri ingen intet ingenting uten verken nei"),
    "nl": _words("niet geen nooit niemand niets nergens zonder noch nee nauwelijks"),
    "nn": _words("ikkje ei aldri ingen inkje ingenting utan verken nei"),
    "pl": _words("nie nigdy nikt nikogo nikomu nic niczego żaden żadna żadne żadnego ani bez brak nigdzie"),
    "pt": _words("não nunca jamais ninguém nada nenhum nenhuma nem sem tampouco"),
    "ro": _words("nu niciodată nimeni nimic niciun nicio nici fără"),
    "ru": _words("не нет ни никогда никто никого ничего ничто никакой без нельзя нигде"),
    "sk": _words("nie ne nikdy nikto nič žiadny žiadna žiadne ani bez"),
    "sl": _words("ne ni nisem nisi nismo niste niso nikoli nihče nič noben nobena brez niti nima"),
    "sq": _words("nuk s'ka mos jo kurrë askush asgjë pa as"),
    "sv": _words("inte icke ej aldrig ingen inget inga ingenting utan varken nej knappt"),
    "tr": _words("değil hiç hiçbir asla yok kimse olmaz hayır"),
    "uk": _words("не ні ніколи ніхто нічого ніщо без ніде немає"),
}
_CONTRACTED = re.compile(r"^[nN]['’]")  # n'est


def language_code(name: str) -> str:
    """The two-letter code of a language: "pl" for pl, pol, Polish, pl-PL; "en" for "".

    Raises
    ------
    ParameterError : for a language that is not known here; it names those that are.
    """
    code = known_code(name)
    if code:
        return code
    raise ParameterError("language", f"{name!r} is no language known here; choose {', '.join(LANGUAGES)}")


def known_code(name: str) -> str | None:
    """As `language_code`, None where the language is not known."""
    if not isinstance(name, str):
        return None
    asked = name.strip().casefold()
    return ENGLISH if not asked else _CODES.get(asked) or _CODES.get(re.split(r"[-_ ]", asked, maxsplit=1)[0])


_CODES = {
    alias.casefold(): code for code, (three, name) in LANGUAGES.items() for alias in (code, three, name)
} | {"ara": "ar", "zho": "zh", "msa": "ms", "sqi": "sq", "per": "fa", "ger": "de", "fre": "fr", "no": "nb"}


def negates(word: str, language: str) -> bool:
    """Whether a word of another language than English is a negation."""
    listed = NEGATIONS.get(language, frozenset())
    lower = word.lower().replace("’", "'")
    return lower in listed or (language == "fr" and _CONTRACTED.match(word) is not None)


def seen_as(token: str, opening: bool, shouted: bool, language: str) -> tuple[bool, str]:
    """Whether a word of another language keeps its capitals, and why it is to be kept; "" where it may go.

    Numbers, known negations and capitals are all that is looked at: which words bear emotion is not known.
    """
    capital = token[:1].isupper() and not opening
    proper = not shouted and (capital or (len(token) > 1 and not token.islower() and not token.istitle()))
    if any(character.isdigit() for character in token):
        return proper, "number"
    if negates(token, language):
        return proper, "negation"
    return proper, "name" if proper and language not in NOUNS_IN_CAPITALS else ""
