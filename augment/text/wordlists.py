"""English words by what they do in a sentence; a further language brings lists of its own."""

from __future__ import annotations


def listed(words: str) -> frozenset[str]:
    """The words of a list written as one text."""
    return frozenset(words.split())


# "nt" without its apostrophe is how speech recognisers and chats write it.
NEGATIONS = listed(
    "no not never nor neither nobody nothing nowhere none noone no-one nope nah naw nay without cannot "
    "hardly barely scarcely rarely seldom unless despite ain't aint dont cant wont isnt arent wasnt werent "
    "doesnt didnt hasnt havent hadnt wouldnt couldnt shouldnt mustnt neednt shant mightnt nt n't uh-uh nuh-uh"
)
NUMBER_WORDS = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million "
    "billion trillion hundreds thousands millions billions dozen dozens half quarter third twice once double "
    "triple first second fourth fifth sixth seventh eighth ninth tenth"
)
# Words that make the sentence rather than its content: never replaced by synonyms, never the source of one.
FUNCTION_WORDS = listed(
    "a an the this that these those some any every each either both all such another other others same "
    "i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself "
    "we us our ours ourselves they them their theirs themselves one ones who whom whose which what whoever "
    "whatever whichever something anyone anybody anything everyone everybody everything somehow "
    "be am is are was were been being have has had having do does did doing done get gets got getting gotten "
    "can could will would shall should may might must ought let lets gonna wanna gotta im ive id youre "
    "theyre hes shes thats whats lemme gimme kinda sorta dunno outta y'all ya em cause bout cuz til ma'am "
    "and or but so if because as until while although though whether since than once when whenever where "
    "wherever why how of at by for with about against between into through during before after above below to "
    "from up down in out on off over under again further then here there upon onto within across along around "
    "behind beside besides beyond inside near outside past per plus toward towards via like unlike except "
    "just too also even still yet ever already always now well much many more most few fewer less "
    "least lot lots little bit rather enough way back away ago else instead together apart aside "
    "today tonight tomorrow yesterday right left ok okay o'clock etc vs tv"
)
TITLES = listed("mr mrs ms mx dr prof sr jr st rev hon capt col gen lt sgt messrs mme")
# First names that are words too, but at the head of a sentence seldom are.
GIVEN_NAMES = listed(
    "jack john bob bill tom nick mike frank rob jim tim dan ben ted phil ray jean sue carol ruby jenny penny molly "
    "kitty peg meg emma josh max harry charlie danny eddie randy rusty woody dick barb chuck mark peter paul "
    "robin victor jess drew dean rose lily daisy iris olive pearl amber ginger sandy polly sally timothy "
    "chandler martin chase grant lance pierce"
)
# Spoken words that lemminflect's dictionary lacks.
SPOKEN = listed(
    "hi y'know betcha gotcha whaddya c'mon d'you anyplace someplace everyplace yours dude gimme hafta"
)
BEFORE_NOUN = listed(
    "a an the my your his our their its every each another no some any these those whose own"
)
BEFORE_VERB = listed(
    "to i you we they he she who it can could will would shall should may might must do does did don't doesn't "
    "didn't won't can't couldn't wouldn't shouldn't cannot never always i'll you'll we'll they'll he'll she'll "
    "i'd you'd we'd they'd he'd she'd let's gonna wanna gotta please just"
)
# A verb and its particle are one word of meaning ("look up"); these verbs' synonyms keep theirs.
PARTICLES = listed(
    "up down out off in on over away back around about along through after at for to with into of from by "
    "across apart together forward upon against like as how what if all"
)
# Verbs of state, which nobody uses of what goes on: "I was thinking", not "believing".
STATIVE = listed("believe possess own want need know prefer recognize")
# Followed by a comma or nothing they are answers ("Really?", "Actually, no", "don't you think?"), for which their
# synonyms don't stand.
NEEDS_FOLLOWER = listed("really actually very quite only almost think")
# Set phrases, by what follows.
SET_PHRASES = {
    "big": listed(
        "deal day night brother sister fan time news mistake man guy boy girl shot favor moment ones crush"
    ),
    "think": listed("a twice ahead hard straight fast clearly outside"),
}
