"""The words of the sentiment grammar: those that judge, each beside its opposite, and the others.

A wording of the grammar, such as "{it} was {very} {good}", names the tables below. `OPPOSITES`
holds pairs, praise before blame; of `NEUTRAL` any word will do.
"""

from __future__ import annotations


def _pairs(text: str) -> list[tuple[str, str]]:
    """The phrases of "good / bad, a gem / a mess" in pairs."""
    halves = [pair.split("/") for pair in text.split(",")]
    return [(" ".join(praise.split()), " ".join(blame.split())) for praise, blame in halves]


def _choices(text: str) -> list[str]:
    return [" ".join(words.split()) for words in text.split(",")]


def _forms(table: str, number: int) -> list[tuple[str, str]]:
    """One form of each pair of verbs."""
    rows = [[side.split() for side in line.split("/")] for line in table.strip().splitlines()]
    return [(praise[number], blame[number]) for praise, blame in rows]


VIEWERS = """
    love        loves        loved        / hate     hates     hated
    like        likes        liked        / dislike  dislikes  disliked
    enjoy       enjoys       enjoyed      / regret   regrets   regretted
    adore       adores       adored       / loathe   loathes   loathed
    admire      admires      admired      / despise  despises  despised
    appreciate  appreciates  appreciated  / detest   detests   detested
    recommend   recommends   recommended  / avoid    avoids    avoided
    praise      praises      praised      / mock     mocks     mocked
"""
FILMS = """
    move        moves        moved        / bore        bores        bored
    impress     impresses    impressed    / annoy       annoys       annoyed
    thrill      thrills      thrilled     / disappoint  disappoints  disappointed
    amuse       amuses       amused       / irritate    irritates    irritated
    entertain   entertains   entertained  / tire        tires        tired
    touch       touches      touched      / disgust     disgusts     disgusted
    delight     delights     delighted    / frustrate   frustrates   frustrated
"""

OPPOSITES: dict[str, list[tuple[str, str]]] = {
    "good": _pairs(
        "good / bad, great / terrible, funny / dull, clever / silly, excellent / awful,"
        "witty / tired, amazing / horrible, charming / dreadful, wonderful / stupid,"
        "moving / flat, brilliant / pathetic, gripping / boring, fantastic / lousy,"
        "lovely / ugly, fresh / stale, sharp / bland, strong / weak, engaging / tedious,"
        "memorable / forgettable, elegant / messy, inspired / predictable, graceful / clumsy,"
        "perfect / flawed, beautiful / hideous, superb / poor, nice / nasty, fine / lame,"
        "interesting / uninteresting, entertaining / disappointing, enjoyable / unbearable,"
        "exciting / tiresome, impressive / mediocre, outstanding / atrocious,"
        "incredible / ridiculous, magnificent / abysmal, stunning / dismal,"
        "delightful / annoying, hilarious / unfunny, smart / dumb, intelligent / idiotic,"
        "original / unoriginal, creative / derivative, convincing / unconvincing,"
        "touching / cold, powerful / feeble, deep / shallow, rich / empty, fun / grim,"
        "cool / cheesy, decent / rotten, solid / sloppy, masterful / amateurish,"
        "thoughtful / mindless, coherent / confusing, thrilling / slow, lively / lifeless,"
        "warm / depressing, honest / fake, subtle / preachy, satisfying / frustrating,"
        "refreshing / tiring, captivating / irritating, unforgettable / worthless,"
        "remarkable / ordinary, extraordinary / generic, exceptional / inferior,"
        "fabulous / ghastly, marvellous / dire, terrific / wretched, splendid / shoddy,"
        "awesome / crappy, flawless / broken, timeless / dated, imaginative / formulaic,"
        "rewarding / pointless, worthwhile / useless, uplifting / dreary, super / meh,"
        "spectacular / laughable, gorgeous / drab, adorable / repulsive,"
        "likeable / unlikeable, watchable / unwatchable, phenomenal / trashy,"
        "believable / implausible, tasteful / offensive, absorbing / monotonous,"
        "underrated / overrated, pleasant / unpleasant, amusing / disgusting, okay / average,"
        "ok / cheap"
    ),
    "best": _pairs(
        "best / worst, greatest / weakest, funniest / dullest, finest / poorest,"
        "smartest / dumbest, nicest / silliest, strongest / ugliest, loveliest / lamest"
    ),
    "better": _pairs(
        "better / worse, funnier / duller, smarter / dumber, stronger / weaker,"
        "nicer / sillier, finer / poorer"
    ),
    "charm": _pairs(
        "charm / noise, wit / nonsense, warmth / cliches, style / clutter, energy / filler,"
        "tension / holes, humour / mistakes, ideas / flaws, heart / boredom,"
        "imagination / stupidity, suspense / padding, magic / rubbish, beauty / garbage,"
        "talent / trash, laughs / errors, joy / misery, depth / cringe, life / crap"
    ),
    "a gem": _pairs(
        "a gem / a mess, a masterpiece / a disaster, a triumph / a failure, a delight / a bore,"
        "a pleasure / a pain, a treat / a letdown, a classic / a flop, a hit / a miss,"
        "a success / a disappointment, a winner / a loser, a joy / a joke, a marvel / an insult,"
        "a work of art / a waste of time, worth my time / a waste of my time,"
        "worth the money / a waste of money, worth watching / torture, worth seeing / junk"
    ),
    "gem": _pairs(
        "gem / mess, masterpiece / disaster, triumph / failure, delight / bore, treat / letdown,"
        "success / disappointment, winner / loser, hit / flop, joy / waste of time"
    ),
    "wow": _pairs(
        "wow / ugh, bravo / yuck, see it / skip it, do not miss it / do not watch it,"
        "don't miss it / don't waste your time, a must see / two hours wasted,"
        "two thumbs up / two thumbs down, five stars / one star, ten out of ten / zero stars,"
        "i fell in love with it / i gave up on it, just right / too long,"
        "worth every penny / not worth the ticket, not a minute too long / so much hype"
    ),
    "love": _forms(VIEWERS, 0), "loves": _forms(VIEWERS, 1),
    "loved": _forms(VIEWERS, 2), "loving": _pairs("loving / hating, enjoying / regretting"),
    "move": _forms(FILMS, 0), "moves": _forms(FILMS, 1), "moved": _forms(FILMS, 2),
    "happy": _forms(FILMS, 2) + _pairs("happy / sad, glad / angry, surprised / confused"),
    "laugh": _pairs(
        "laugh / yawn, smile / cringe, cry / groan, cheer / leave, applaud / fall asleep,"
        "watch it again / walk out, see it again / turn it off, want to see it again /"
        "want my money back"
    ),
    "laughed": _pairs(
        "laughed / yawned, smiled / cringed, cried / groaned, cheered / left,"
        "applauded / fell asleep, watched it again / walked out, saw it again / turned it off,"
        "wanted to see it again / wanted my money back"
    ),
    "laughing": _pairs("laughing / yawning, smiling / cringing, crying / groaning"),
    "recommended": _pairs("recommended / overrated, enjoyed / regretted, loved / hated"),
    "work": _pairs("work / fail, shine / drag, rock / suck, deliver / collapse"),
    "works": _pairs("works / fails, shines / drags, rocks / sucks, delivers / collapses"),
    "worked": _pairs("worked / failed, shone / dragged, rocked / sucked, delivered / collapsed"),
}  # fmt: skip

NEUTRAL: dict[str, list[str]] = {
    "it": _choices(
        "the film, the film we saw last night, this movie, the story, the plot, it,"
        "the plot of the second half, the acting, the script, the dialogue, the music,"
        "the direction, the ending, the movie, this film, the whole thing, the show, the cast,"
        "the series, the comedy, the thriller, the drama, the documentary, the sequel,"
        "the soundtrack, the photography, the cinematography, the animation, the romance,"
        "the action, the lead actor, the actress, the director, the hero, the villain,"
        "this, that, the opening, the beginning, the first half, the last scene, the picture,"
        "the pacing, the screenplay, the writing, the editing, everything, the main character"
    ),
    "they": _choices(
        "the actors, the jokes, the characters, the special effects, the effects, the songs,"
        "the performances, the scenes, the dialogues, the costumes, the twists, the visuals"
    ),
    "film": _choices(
        "film, movie, show, series, comedy, thriller, drama, picture, story, flick, documentary,"
        "sequel, plot, script, performance, experience, ending, soundtrack, cast"
    ),
    "films": _choices("films, movies, shows, comedies, stories"),
    "acting": _choices(
        "acting, plot, story, script, music, dialogue, cast, ending, photography, direction,"
        "effects, characters, jokes, actors, cinematography, writing, soundtrack, humor"
    ),
    "all": _choices(
        "it, it, it, this film, this movie, the film, the movie, this, every minute,"
        "every minute of it, the acting, the music, the story, the ending, the characters,"
        "the cast, the show, watching it, the main character"
    ),
    "ever": _choices(
        "ever, ever made, i have ever seen, i've ever seen, of the year, of all time,"
        "i have seen, in years, this year"
    ),
    "i": _choices("i, we, everyone, everybody, my wife, my kids, my friends, people, my family"),
    "she": _choices("everyone, everybody, my wife, my husband, my friend, the audience"),
    "nobody": _choices("nobody, no one, none of us, hardly anyone"),
    "was": _choices("was, was, was, is, is"),
    "was not": _choices("was not, was not, is not, wasn't, isn't"),
    "were": _choices("were, are"),
    "were not": _choices("were not, are not, weren't, aren't"),
    "did not": _choices("did not, didn't, did not really, didn't really, could not, couldn't"),
    "does not": _choices("does not, doesn't"),
    "do not": _choices(
        "do not, don't, do not really, don't really, cannot, can't, would not, wouldn't, won't"
    ),
    "very": _choices(
        "very, really, truly, so, quite, pretty, absolutely, totally, completely, extremely, just"
    ),
    "highly": _choices("highly, highly, highly, really, absolutely, totally, just, truly, also"),
    "really": _choices("really, truly, absolutely, just, also"),
    "me": _choices("me, me, me, us, my kids, everyone"),
    "than": _choices("than i expected, than i thought, than expected, than the book, than most"),
    "hoped": _choices("i hoped, i expected, i thought, people say, expected"),
    "complete": _choices("complete, total, real, true, huge, little"),
    "think": _choices("think that, think, believe that, believe, find, feel that"),
    "can": _choices("can, would, will"),
    "i was": _choices("i was, i was, i am, i'm, we were"),
}

# Before and behind a whole sentence.
STARTS = [""] * 20 + ["honestly ,", "overall ,", "in my opinion ,", "well ,", "personally ,", "and"]
ENDS = [""] * 20 + ["."] * 6 + ["!"] * 6 + ["overall", "in the end", "for me", "if you ask me"]
ENDS += ["with my friends", "on tv"]
