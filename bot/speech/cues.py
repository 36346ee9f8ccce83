"""What kind of thing one sentence is, judged by its wording alone.

Cues are deliberately narrow: a sentence that shows none of them is a claim, and a claim that meets nothing in the brief
is called unsupported rather than guessed at.
"""

from __future__ import annotations

import re
import unicodedata

from bot.brief.invisible import INVISIBLE
from bot.debate.words import PointKind

_INSTRUCTION = re.compile(
    r"\b(ignore|disregard|forget|override) (all |any |every |the |your |my )*(previous|prior|above|earlier|instruction|rule|prompt|brief|everything|what (you|they|he|she)('ve| have| were| was)? (been )?(told|taught))"
    r"|\b(system|developer) (prompt|message|override|note)\b|\byou are now\b|\bpretend (to be|you|that you)\b|\bact as\b"
    r"|\b(reveal|print|show|repeat|output|tell me) (me )?(your|the) (system |hidden |secret )*(prompt|instructions|rules|token)"
    r"|\b(switch|change|swap) (your )?sides?\b|\bargue (for|against) (my|the other|our) side\b|\bfrom now on\b"
    r"|\b(say|write|respond (?:only )?with|reply (?:only )?with|answer (?:only )?with|repeat after me)[ ,:]+(that )?[\"'“]?(i (lost|concede|agree|was wrong)|you win)"
    r"|\bjailbreak|\bdeveloper mode\b|\bDAN\b|</?(system|assistant|user|inst)>|\[/?inst\]|\bas an ai\b|\bnew (task|instructions?)\b"
    r"|\byou (must|have to|should) (now )?(concede|agree|admit|surrender|say|declare)\b",
    re.IGNORECASE,
)
_ABUSE = re.compile(
    r"\b(idiot|stupid|moron|dumb(ass)?|imbecile|clown|garbage|trash|pathetic|loser|useless|worthless|retard(ed)?|suck|sucks"
    r"|shut up|stfu|screw you|f+u+c+k\w*|fck|bullshit|bs bot|crap|shit\w*|dick|asshole|braindead|brainless|toaster|trash ?can"
    r"|noob|cope|skill issue|joke of a bot|hate you|ugly|scum|liar)\b",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"^(\s*(hi|hello|hey|good (morning|evening|afternoon)|greetings|thanks|thank you|ladies and gentlemen|dear (judges|all|members))\b"
    r"[^.?!]{0,60}[.!]?\s*)$|\b(point of (order|information)|how (much time|long) (do|have|is|are)|is it my turn|my time is|moderator"
    r"|can we (pause|stop|start)|let'?s (begin|start)|i (rest|yield|beg to (propose|move))|madam speaker|mr speaker"
    r"|i (have|will make|will give|want to make|offer) (you )?(\w+ )?(points|arguments|reasons|claims))\b"
    r"|^\W*(?:(?:and|so|now|next|then)[, ]+)?(?:let me|i(?:'ll| will| shall| want to)?(?: now| next)?) (?:turn|move|come|get) (?:on |back |now )*to\b[^,;]{0,60}$"
    r"|^\W*(?:there are|i (?:see|count|found)) (?:\w+ ){1,3}(?:in|with) (?:what you said|your (?:case|speech|argument|answer|reply))\W*$",
    re.IGNORECASE,
)
# That nothing was answered is for the flow to show, and no argument.
_ACCUSATION = re.compile(
    r"^\W*(?:(?:and|so|but|well|still|again|also)[, ]+)*(?:you|u|the bot)(?:'ve| have| had)?(?: still| just| again| even)*"
    r" (?:(?:answer|address|rebut|refut|engag|touch|meet|met)\w*(?: on| with| to)? (?:none|nothing|not one|no)\b"
    r"|(?:dodged?|ignored?|avoid(?:ed)?|skipped|evaded?) (?:all|every\w*|most|any|each)\b"
    r"|(?:have not|haven't|did not|didn't|never|not|don't)(?: yet| even| really)? (?:answer|address|respond|rebut|refut|engag|touch|meet|met)\w*"
    r"(?: on| with| to)? (?:any\w*|a single|one|all|what i said|me)\b)[^,;]{0,40}$",
    re.IGNORECASE,
)
_CONCESSION = re.compile(
    r"^\W*(ok|okay|fine|yes|yeah|well|sure)?[, ]*(i (concede|grant|admit|accept|agree)|you('re| are) right|fair (point|enough)|granted|good point"
    r"|i was wrong|i stand corrected|true enough)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(by .{2,40} (i|we) mean|(i|we)('d)? (would )?define|is defined as|the definition of|definition is|means? (simply|just|only|merely)"
    r"|(alliance|nato-like|it) (just |simply |only )?means?\b|let'?s define)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"\b(your|ur|that|this|the) (own )?(source|sources|citation|citations|evidence|essay|article|author|passage|quote)s?\b"
    r"|\bcherry.?pick|\bthe (bot|essay|author)('s)? (is|has|was|got|cites|misquotes|ignores)\b|\bthat'?s not what .{2,40} (says|said)\b",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(
    r"\baccording to\b|\b(a|the|recent) (poll|survey|study|report|article|paper)\b|\d+(\.\d+)? ?(%|percent|per cent)|\bpublished\b"
    r"|\bin (19|20)\d\d\b|\bfor (example|instance)\b",
    re.IGNORECASE,
)
_OPENING = r"^\W*(?:(?:so|and|but|then|well|ok|okay|hey|also|now|wait|no|yes|yeah)[, ]+)*"
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|would|will|shall|should|may|might|isn'?t|aren'?t|wasn'?t|weren'?t|don'?t|doesn'?t"
    r"|didn'?t|hasn'?t|haven'?t|hadn'?t|can'?t|couldn'?t|wouldn'?t|won'?t|shouldn'?t)"
)
_SUBJECT = (
    r"(?:you|u|we|they|it|he|she|i|there|that|this|these|those|the|any|anyone|anybody|all|a|an|your|my|our|his|her|their|its)"
)
# The verb before its subject, as only a question has it.
_INVERTED = re.compile(
    rf"{_OPENING}(?:(?:what|why|how|who|whom|where|when|whose|which (?:\w+ )?)(?: \w+)?? {_AUXILIARY} "
    rf"|(?:what|how) about\b|why not\b|what if\b|(?!had |were |should |do |don'?t ){_AUXILIARY} (?:not )?{_SUBJECT}\b"
    rf"|(?:do|don'?t) (?:you|u|we|they|i|the|your)\b)",
    re.IGNORECASE,
)
# What is demanded is asked for, though no mark and no order of words says so.
_DEMANDED = re.compile(
    rf"{_OPENING}(?:please |just )*(?:name (?:me |us )?(?:one|a|an|any|two|three|the|just|even|a single)\b"
    r"|tell (?:me|us) (?:then |now )?(?:one|which|what|who|when|where|how|why)\b"
    r"|(?:give|show) (?:me|us) (?:just |even )?(?:one|an?|a single|any) (?:example|reason|case|instance|country|state|treaty|document|clause)\b)",
    re.IGNORECASE,
)
# As in chat, where no mark tells a question.
_LOOSE = re.compile(
    rf"{_OPENING}(?:what|why|how|who|whom|whose|wheres|whats|whos|hows"
    r"|is|are|was|does|did|has|can|could|would|will|isn'?t|aren'?t|doesn'?t|didn'?t|can'?t|won'?t)\b",
    re.IGNORECASE,
)
# "What matters is power", "how it began is known", "so did others": put like a question, and none.
_STATED = re.compile(
    rf"^\W*(?:so {_AUXILIARY}\b|(?:\w+ )?(?:what|who|how|why|where|when)(?:ever)? (?!{_AUXILIARY}\b)(?:\w+ ){{1,6}}(?:is|are|was|were)\b"
    r"|(?:\w+ )?(?:what|who) (?:is|was) \w+ (?:is|was)\b)",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 25
_CONTINUES = re.compile(
    r"^\W*(because|since|so that|which|that (means|is why|shows|proves)|this (means|is why|shows|proves|is because|matters)|therefore|thus|hence"
    r"|for (example|instance)|in other words|after all|as a result|consequently|it (also|would|will|is|was|has|does|did|shows|means|can)|they|he|she"
    r"|these|those|such|that (is|was|would|will)|this (is|was|would|will|has|alone)|and (it|they|that|this|so)|so (it|they|that|this|the)"
    r"|even|not only|what is more|indeed|in fact|if (it|they|that|this)|then|otherwise|on top of that)\b",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text in NFKC form without invisible and direction-changing characters or Markdown decoration."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"[*_`~|]{1,3}|^#{1,6}\s+|^>\s?", "", plain, flags=re.MULTILINE)
    return plain.replace("’", "'")


def asks(clause: str, mark: str = "") -> bool:
    """Whether `clause` asks; `mark` is what ends the sentence that it was cut from (".", "!", "?" or "")."""
    if clause.rstrip("\"')”’ ").endswith("?"):
        return True
    if len(clause.split()) > _LONGEST_QUESTION or _STATED.match(clause):
        return False
    if _DEMANDED.match(clause):
        return True
    # A sentence with a full stop asks only where its order of words does; "when", "were", "had" open conditions in it.
    return bool(_INVERTED.match(clause) or (mark not in (".", "!") and _LOOSE.match(clause)))


def kind_of(sentence: str, mark: str = "") -> PointKind:
    """The kind of one sentence or clause; what instructs or insults is that before it is anything else.

    `mark` is what ends the sentence that a clause was cut from.
    """
    if _INSTRUCTION.search(sentence):
        return PointKind.INSTRUCTION
    if _ABUSE.search(sentence):
        return PointKind.ABUSE
    if _PROCEDURE.search(sentence) or accuses(sentence):
        return PointKind.PROCEDURE
    if asks(sentence, mark or sentence.rstrip("\"')”’ ")[-1:]):
        return PointKind.QUESTION
    if _CONCESSION.search(sentence):
        return PointKind.CONCESSION
    if _CHALLENGE.search(sentence):
        return PointKind.CHALLENGE
    if _DEFINITION.search(sentence):
        return PointKind.DEFINITION
    return PointKind.EVIDENCE if _EVIDENCE.search(sentence) else PointKind.CLAIM


def accuses(sentence: str) -> bool:
    """Whether the sentence says of the other side only that it answered nothing."""
    return bool(_ACCUSATION.search(sentence))


def continues(sentence: str) -> bool:
    """Whether the sentence leans on the one before it (gives its reason, example or consequence)."""
    return bool(_CONTINUES.search(sentence))
