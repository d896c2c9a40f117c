"""What people are told, in words for their reader. Pure: values in, a subject and a body out.

Whatever somebody else wrote (a story, a reason, a network's link) passes `one_line` first: it can start no
new header, hide nothing in control characters, and a mail carries no more of a story than its first words.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

#: How much of a story a mail may carry: enough to know which one it is. Mail is not a place for its names.
FIRST_WORDS = 80
LONGEST = 300
_LINK = re.compile(r"https?://[!-~]{1,400}")
_ZERO_WIDTH_JOINER = "\u200d"  # the one format character that is kept: emoji are made with it


#: Why a delivery waits for a person after a wide hold, and what that person can do.
CAME_DUE = (
    "it came due during a hold: requeue it, to send it now, or cancel it; for another time, cancel it, reconsider "
    "the story and approve it again"
)


class Words(NamedTuple):
    subject: str
    body: str


def one_line(text: str, longest: int = FIRST_WORDS) -> str:
    """`text` on one line, at most `longest` characters, without anything that cannot be seen."""
    words = " ".join(_visible(text[: longest * 20]).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def plain(text: str) -> str:
    """`text` with its lines, but without anything that cannot be seen."""
    return "\n".join(_visible(line).rstrip() for line in text.splitlines())


def _visible(text: str) -> str:
    if text.isprintable():  # what nearly every text is; one look instead of one per character
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    # Format characters turn text around (U+202E), surrogates cannot be written down at all.
    hidden = category in {"Cf", "Cs", "Co", "Cn"} and character != _ZERO_WIDTH_JOINER
    return "" if hidden else character


def story_waits(story: str, text: str, by: str, urgency: str = "routine", age: timedelta | None = None) -> Words:
    """For reviewers: a story needs a second person. `age`: how long it has waited; None: it just came."""
    since = f" for {span(age)}" if age else ""
    today = " today" if urgency == "today" else ""
    return Words(
        f"A story waits{since} for review{today}: {quoted(text)}",
        f"A story by {one_line(by)} waits{since} for a second person"
        + (", and is wanted today" if today else "")
        + f".\n\n    {quoted(text)}\n\nRead it, then approve, return or reject it:\n\n    socialpub show {story}\n",
    )


def story_near_deadline(story: str, text: str, deadline: datetime, state: str = "in review") -> Words:
    """For reviewers and its officer: its time runs out. `deadline` is in department time."""
    return Words(
        f"Decide by {clock_time(deadline)}: {quoted(text)}",
        f"This story is still {one_line(state)}. After {clock_time(deadline)} it will not go out at all.\n\n"
        f"    {quoted(text)}\n\n    socialpub show {story}\n",
    )


def story_near_event(story: str, text: str, end: datetime, state: str = "in review") -> Words:
    """For reviewers and its officer: the event it tells of comes near. `end` is in department time."""
    return Words(
        f"Decide by {clock_time(end)}, for its event: {quoted(text)}",
        f"This story is still {one_line(state)}, and its event is near. What is decided after {clock_time(end)} "
        f"comes too late to announce it well.\n\n    {quoted(text)}\n\n    socialpub show {story}\n",
    )


def story_past_deadline(story: str, text: str, deadline: datetime) -> Words:
    """For reviewers and its officer: nobody decided in time."""
    return Words(
        f"Too late to go out: {quoted(text)}",
        f"Nobody decided about this story by {clock_time(deadline)}, the latest time it gave, so it cannot go out "
        f"as it is.\n\n    {quoted(text)}\n\n"
        f"Revise it with a later time, or withdraw it:\n\n    socialpub show {story}\n",
    )


def story_wants_to_start(story: str, text: str, not_before: datetime) -> Words:
    """For reviewers: the story may go out from soon on, and nobody has decided. In department time."""
    return Words(
        f"Wanted from {clock_time(not_before)}: {quoted(text)}",
        f"This story is meant to go out from {clock_time(not_before)} on, and still waits for a second person.\n\n"
        f"    {quoted(text)}\n\n    socialpub show {story}\n",
    )


def story_returned(story: str, text: str, by: str, reason: str) -> Words:
    """For its officer: change something and send it again."""
    return Words(
        f"Please change your story: {quoted(text)}",
        f"{one_line(by)} looked at your story and asks for a change:\n\n    {one_line(reason, LONGEST)}\n\n"
        f"Your story: {quoted(text)}\nChange it and it goes to review again:\n\n    socialpub show {story}\n",
    )


def story_rejected(story: str, text: str, by: str, reason: str) -> Words:
    """For its officer: it will not go out."""
    return Words(
        f"Your story will not go out: {quoted(text)}",
        f"{one_line(by)} decided not to publish your story. The reason:\n\n    {one_line(reason, LONGEST)}\n\n"
        f"Your story: {quoted(text)}\nIt is kept in the records:\n\n    socialpub show {story}\n",
    )


def story_withdrawn(story: str, text: str, by: str, reason: str) -> Words:
    """For its officer: somebody of the review desk took it back for good."""
    return Words(
        f"Your story was withdrawn: {quoted(text)}",
        f"{one_line(by)} withdrew your story. Nothing more of it goes out; what is public already stays until "
        f"somebody takes it down. The reason:\n\n    {one_line(reason, LONGEST)}\n\n"
        f"Your story: {quoted(text)}\nIt is kept in the records:\n\n    socialpub show {story}\n",
    )


def story_published(story: str, text: str, links: Sequence[str]) -> Words:
    """For its officer: it is out. Links come from networks; what is no web address is left out."""
    found = [link for link in links if _LINK.fullmatch(link)][:20]
    places = "".join(f"    {link}\n" for link in found) or "    (the networks gave no address to look at)\n"
    return Words(
        f"Your story is out: {quoted(text)}",
        f"Thank you. Your story is published:\n\n{places}\n"
        f"Your story: {quoted(text)}\n\n    socialpub show {story}\n",
    )


def needs_person(delivery: str, channel: str, text: str, reason: str) -> Words:
    """For the PIO and administrators: a machine cannot tell whether a post is out. `delivery` is its id."""
    return Words(
        f"Needs a person: {one_line(channel)}: {quoted(text)}",
        f"A post for {one_line(channel)} waits for a person; nothing more happens by itself.\n\n"
        f"    {quoted(text)}\n\nWhy: {one_line(reason, LONGEST) or 'no reason was noted'}\n\n"
        "First look at the account as the public sees it. Then say what is so:\n\n"
        f"    socialpub show {delivery}                       what happened\n"
        f"    socialpub confirm {delivery} --at ADDRESS       it is there: it is read back\n"
        f"    socialpub requeue {delivery} --because REASON   it is surely not there, and shall go out\n"
        f"    socialpub cancel {delivery} --because REASON    it shall not go out any more\n\n"
        "Do not requeue what you did not look for: it could then show twice.\n",
    )


def scheduler_stopped(last_sign: datetime) -> Words:
    """For the PIO and administrators: nothing is being sent. `last_sign` in department time."""
    return Words(
        f"Publishing has stopped since {clock_time(last_sign)}",
        f"The scheduler gave its last sign of life at {clock_time(last_sign)}. Nothing goes out until it runs "
        "again; nothing is lost, and what is still in time goes out then. systemd starts a daemon that hangs again "
        "by itself, within minutes. Where it does not, do it; a restart at any moment is safe.\n\n"
        "    socialpub doctor               says what is wrong\n"
        "    systemctl restart socialpub    starts it again\n",
    )


def stage_fails(stage: str, reason: str, since: datetime) -> Words:
    """For administrators: one part of the work fails again and again. `since` in department time."""
    name = one_line(stage)
    return Words(
        f"A part of socialpub fails since {clock_time(since)}: {name}",
        f"The stage “{name}” fails each time it is called; it is tried again every few seconds. The other stages go "
        f"on, and nothing is lost.\n\nWhat is wrong: {one_line(reason, LONGEST)}\n\n"
        "The log of the daemon has the details.\n\n    socialpub doctor    says what is wrong\n",
    )


def stage_hangs(stage: str, length: str, since: datetime) -> Words:
    """For administrators: one part of the work does not come to an end. `since` in department time."""
    name = one_line(stage)
    return Words(
        f"A part of socialpub hangs since {clock_time(since)}: {name}",
        f"The stage “{name}” has not ended for {length}, and is not called again before it ends. The other stages go "
        "on, and nothing is lost. systemd starts the daemon again by itself, within minutes. Where it does not, do "
        "it; a restart at any moment is safe.\n\n"
        "    socialpub doctor               says what is wrong\n"
        "    systemctl restart socialpub    starts it again\n",
    )


def backup_failed(reason: str) -> Words:
    """For administrators: the hourly backup could not be made or proved."""
    return Words(
        "The hourly backup failed",
        f"Publishing goes on, but what happens from now on is in no backup.\n\n"
        f"What is wrong: {one_line(reason, LONGEST)}\n\nMend it, then try it:\n\n    socialpub backup\n",
    )


def backup_troubled(reason: str) -> Words:
    """For administrators: the backup was made, and files that belong to it are gone or damaged."""
    return Words(
        "The backup was made, but media are missing or damaged",
        "Publishing goes on, and the records are in the backup.\n\n"
        f"What is wrong: {one_line(reason, LONGEST)}\n\nLook at the disk, then at the copies on other machines. "
        "docs/records.md, Back up, says what each means.\n\n    socialpub backup    says what is still missing\n",
    )


def channel_trouble(channel: str, trouble: str, remedy: str) -> Words:
    """For administrators: an account needs somebody (a token, a credit, a setting)."""
    name = one_line(channel)
    return Words(
        f"{name} cannot publish: {one_line(trouble)}",
        f"Nothing goes out on {name} until this is mended; other channels go on.\n\n"
        f"What is wrong: {one_line(trouble, LONGEST)}\nWhat to do:    {one_line(remedy, LONGEST)}\n\n"
        f"Afterwards:\n\n    socialpub channel verify {name}\n",
    )


def folder_refused(folder: str, reason: str, account: str, *, more: bool) -> Words:
    """For its officer, or for the PIO: a folder in the inbox could not be taken.

    `account`: whose it is, for a PIO; "" for the officer. `more`: another one was told within this hour already.
    """
    name = quoted(folder)
    whose = f" of the account {one_line(account)}" if account else ""
    why = one_line(reason, LONGEST)
    begin = f"The folder {name}{whose} could not be taken, so no story was made of it.\n\nWhy: {why}"
    if more:
        subject = f"More folders{whose} could not be taken: {name}"
        begin = f"Since the last message, more folders{whose} could not be taken. The first of them:\n\n{begin}"
    else:
        subject = f"Not taken: the folder {name}{whose}"
    return Words(
        subject,
        f"{begin}\n\n"
        + ("Tell whoever uses that account, or ask an administrator who it is. " if account else "")
        + "Nothing of it is lost: it was put aside. Mend it and put it into the inbox again.\n\n"
        "Whatever else cannot be taken within this hour is told in one message at its end. An administrator finds "
        "every folder, with its reason, in corrupt/.\n",
    )


def sent_again(story: str, text: str, folder: str, state: str) -> Words:
    """For its officer: a story came a second time, and nothing more becomes of it. `state`: "was withdrawn"."""
    return Words(
        f"Nothing was done: your story {one_line(state)}: {quoted(text)}",
        f"The folder {quoted(folder)} holds a story that you sent before. That story {one_line(state)}; sending the "
        f"same again changes nothing.\n\n    {quoted(text)}\n\nSee what became of it:\n\n"
        f"    socialpub show {story}\n\n"
        "To change a story that was returned, revise it. To tell it anew, change its words and give it an id of its "
        "own.\n",
    )


def folder_stuck(folder: str, account: str, reason: str) -> Words:
    """For administrators and its officer: what was read stays in the inbox, because it may not be moved."""
    return Words(
        f"A folder stays in the inbox: {quoted(folder)}",
        f"The folder {quoted(folder)} of the account {one_line(account)} was read, but cannot be moved away: "
        f"{one_line(reason, LONGEST)}.\n\n"
        "It is not read again before socialpub is started again, and reading it twice does no harm. Most often its "
        "group may not write to it. Let the group write to the folder (not to its files), or move it away by "
        "hand:\n\n"
        "    chmod g+w FOLDER\n\nOther folders of this account that stay today are named in the log only.\n",
    )


def packs_broken(why: str) -> Words:
    """For the PIO and administrators: a guideline file was changed and cannot be read."""
    return Words(
        "The changed guidelines are broken; the last good ones stay in force",
        f"A guideline file was changed and cannot be used:\n\n    {one_line(why, LONGEST)}\n\n"
        "Until it is mended, stories are checked with the guidelines as they were before. Mend the file, then:\n\n"
        "    socialpub policy check\n",
    )


def stand_down_on(by: str, because: str) -> Words:
    """For everybody who publishes: everything is held."""
    return Words(
        f"STAND-DOWN: nothing goes out (by {one_line(by)})",
        f"{one_line(by)} stopped all publishing.\n\nWhy: {one_line(because, LONGEST)}\n\n"
        "Nothing starts until people release it; no timer does. What is due meanwhile waits for a decision.\n\n"
        "    socialpub release --all    two people; a PIO is one of them\n",
    )


def one_vote(by: str, what: str, because: str, counts: timedelta) -> Words:
    """For who may release: one of two has, and the second is asked. `what`: "the stand-down"."""
    return Words(
        f"{one_line(by)} wants to release {one_line(what)}: a second person is needed",
        f"{one_line(by)} released {one_line(what)}. It stays until a second person does so too, within "
        f"{span(counts)}; a PIO is one of the two.\n\nIt was put on because: {one_line(because, LONGEST)}\n\n"
        "Is it over? Then, and only then:\n\n    socialpub release --all    or --channel NAME\n",
    )


def stand_down_off(by: Sequence[str], waiting: int) -> Words:
    """For everybody who publishes: it is over. `waiting`: deliveries whose time has passed."""
    people = " and ".join(one_line(name) for name in by)
    late = (
        f"{waiting} posts whose time has passed wait for a decision each: send it now (requeue), or drop it "
        "(cancel). For another time: cancel it, reconsider the story, and approve it again.\n\n"
        if waiting
        else "No post missed its time. What is planned:\n\n"
    )
    return Words(
        "The stand-down is over" + (f"; {waiting} posts need a decision" if waiting else ""),
        f"{people} released the stand-down. {late}    socialpub deliveries\n",
    )


def words_changed(story: str, text: str, by: str) -> Words:
    """For its officer: a reviewer changed the words, and they are approved."""
    return Words(
        f"Your story was changed and approved: {quoted(text)}",
        f"{one_line(by)} changed the words of your story, and it is approved as it is now. If something is wrong, "
        f"tell the review desk, or withdraw it:\n\n    socialpub show {story}\n",
    )


def approval_fell(story: str, text: str, because: str) -> Words:
    """For reviewers and its officer: what was approved must be approved again."""
    return Words(
        f"Approve again: {quoted(text)}",
        f"The approval of this story no longer holds, so it will not go out as it is.\n\n    {quoted(text)}\n\n"
        f"Why: {one_line(because, LONGEST)}\n\nSee what changed, then decide again:\n\n    socialpub show {story}\n",
    )


def span(length: timedelta) -> str:
    """A length of time as people say it: the largest unit only, never less than a minute."""
    minutes = max(1, int(length.total_seconds() // 60))
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * size or (unit == "hour" and minutes >= size):
            return _count(minutes // size, unit)
    return _count(minutes, "minute")


def clock_time(moment: datetime) -> str:
    """A moment in its own time zone: "Fri 20 Nov 17:30". Never localized: records compare it."""
    return f"{moment:%a} {moment.day} {moment:%b %H:%M}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")


class Withheld(str):
    """Stands in a message for the words of a story, where these may not leave."""

    __slots__ = ()


def withheld(story: str, *, screened: bool) -> Withheld:
    """A story by its id alone."""
    why = "a guideline blocks them" if screened else "no guideline has read them yet"
    return Withheld(f"story {story} (its words are not repeated here: {why})")


def quoted(text: str) -> str:
    """A story by its first words; by its id where they are withheld."""
    if isinstance(text, Withheld):
        return str(text)
    return f"“{one_line(text)}”"
