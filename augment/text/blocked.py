"""Words that no transform may bring into a text, and the meanings of others that stand beside them in WordNet."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# A synset that holds one of these is dropped whole: what stands beside them is slang for the same.
BLOCKED = _words(
    "fuck shit piss cunt cock dick prick pussy tit tits titty boob boobs arse ass asshole bastard bitch slut whore "
    "bollocks bugger bullshit crap damn goddam goddamn goddamned damned darned cocksucker motherfucker dickhead "
    "screw hump bang shag bonk wank jerk-off fag faggot dyke queer homo tranny nigger nigga negro coon spic chink "
    "gook kike jap paki wop dago kraut gypsy redskin squaw retard retarded cripple midget spastic moron imbecile "
    "idiot cretin mongoloid savage savages bum bozo hooker harlot tart bimbo hussy strumpet rape rapist molest "
    "turd fart puke poop pee crappy horny porn erection masturbate orgasm intercourse fornicate copulate "
    "nazi jihadist terrorist negress darky coolie half-breed heathen hag hick hillbilly honky honkey injun "
    "octoroon oriental pansy poof queen sissy tramp trollop wetback yid"
)
BLOCKED_USE = {"ethnic_slur", "obscenity", "disparagement"}  # WordNet's domains of use
