"""What people do in a simulated week: they tell, approve, change their minds, hold, let go, and look before they say.

They use the desk's verbs and nothing else; that a verb declines is part of the week.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from socialpub.delivery.confirm import confirm
from socialpub.desk import channels, deliveries, holds
from socialpub.desk.approve import approve, reconsider, send_back
from socialpub.desk.declined import Declined
from socialpub.desk.revise import revise, withdraw
from socialpub.desk.submit import submit
from socialpub.model.document import StoryDocument
from socialpub.model.people import Actor, Role
from socialpub.model.states import CLAIMABLE, StoryState
from socialpub.model.states import DeliveryState as D
from socialpub.store.holds import ALL, CHANNEL
from socialpub.store.schema import Channel, Delivery, Hold, PostRow, Receipt, Revision, Story
from tests.simulation.network import Row
from tests.town import looked_at

if TYPE_CHECKING:
    from tests.simulation.week import Week

OFFICER = Actor("jruiz", frozenset({Role.OFFICER}), "test")
REVIEWER = Actor("mhale", frozenset({Role.REVIEWER}), "test")
PIO = Actor("panand", frozenset({Role.PIO}), "test")
COMMANDER = Actor("cstark", frozenset({Role.COMMANDER}), "test")
ADMINISTRATOR = Actor("adm", frozenset({Role.ADMINISTRATOR}), "test")
EVERYBODY = (OFFICER, REVIEWER, PIO, COMMANDER, ADMINISTRATOR)

#: Who looks whether a post is there waits for what is still on its way. True seconds.
_BEFORE_LOOKING = 200

_THINGS = ("bike", "kite", "wallet", "scarf", "book", "puppy", "hat", "ball", "guitar", "umbrella", "lantern", "drum")
_COLORS = ("blue", "red", "green", "white", "black", "brown", "purple", "orange", "silver", "golden", "grey", "pink")


@dataclass
class Told:
    """A story as its officer knows it; a restore may lose its row, and it is told again under the same id."""

    sender_id: str
    texts: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


class People:
    def __init__(self, week: "Week", rng: Random) -> None:
        self._week, self._rng = week, rng
        self.told: list[Told] = []
        self._verbs: dict[Callable[[], None], int] = {
            self.tell: 16,
            self.approve: 30,
            self.change: 4,
            self.take_back: 3,
            self.reconsider: 2,
            self.send_back: 1,
            self.stand_down: 2,
            self.hold_something: 4,
            self.let_go: 10,
            self.cancel: 4,
            self.take_down: 2,
            self.take_down_by_hand: 1,
            self.look_after: 12,
            self.send_again: 6,
            self.mend_channels: 5,
        }

    def act(self) -> None:
        """One person does one thing, or finds that it cannot be done."""
        verb = self._rng.choices(list(self._verbs), list(self._verbs.values()))[0]
        with suppress(Declined):
            verb()
        self._week.tail()

    # ---- stories

    def tell(self) -> None:
        told = Told(f"story-{len(self.told) + 1}", [self._words()])
        self.told.append(told)
        self._submit(told)

    def tell_again(self) -> None:
        """After a restore the drop folder is read again: what was lost arrives once more."""
        known = set(self._ids(select(Story.id)))
        for told in self.told:
            if not known & set(told.rows):
                self._submit(told)

    def _submit(self, told: Told) -> None:
        document = self._document(told.texts[-1], told.sender_id)
        told.rows.append(submit(self._week.db, OFFICER, document, (), "test").story)

    def _words(self) -> str:
        """Mostly new; sometimes the very words of another story."""
        rng = self._rng
        if self.told and rng.random() < 0.15:
            return rng.choice(rng.choice(self.told).texts)
        while True:
            color, thing, day = rng.choice(_COLORS), rng.choice(_THINGS), rng.choice(("Friday", "Sunday", "Monday"))
            text = f"Officers helped a resident find a lost {color} {thing} on {day}, and everybody went home happy."
            if all(text not in told.texts for told in self.told):
                return text

    def _document(self, text: str, sender_id: str) -> StoryDocument:
        rng, now = self._rng, self._week.time.clock()
        given: dict[str, Any] = {"urgency": rng.choice(("routine", "today"))}
        if rng.random() < 0.3:
            given["not_before"] = now + timedelta(minutes=rng.choice((1, 30, 600, 3000)))
        if rng.random() < 0.3:
            given["deadline"] = given.get("not_before", now) + timedelta(minutes=rng.choice((2, 60, 600, 3000)))
        if rng.random() < 0.4:
            given["channels"] = tuple(rng.sample(self._week.channels, rng.randrange(1, len(self._week.channels))))
        return StoryDocument(text=text, id=sender_id, **given)

    def approve(self) -> None:
        self._week.prepare()
        if (story := self._some(select(Story.id).where(Story.state == StoryState.IN_REVIEW))) is None:
            return
        told = self.of(story)
        if self._week.restored and self._is_out(told):
            withdraw(self._week.db, REVIEWER, story, "it is out already, as everybody can see")
            return
        if self._looks_wrong(story, told):
            told.texts.append(self._words())
            revise(self._week.db, OFFICER, story, self._document(told.texts[-1], told.sender_id))
            return
        seen = looked_at(self._week.db, story)
        for planned in approve(self._week.db, REVIEWER, story, self._week.app.terms, seen).planned:
            self._week.windows[planned.digest] = planned.window

    def _looks_wrong(self, story: str, told: Told) -> bool:
        """Posts that somebody tampered with: their approval fell, and they are back for review."""
        posts = (
            select(PostRow.body)
            .join(Revision, Revision.id == PostRow.revision_id)
            .join(Story, (Story.id == Revision.story_id) & (Story.revision == Revision.number))
            .where(Story.id == story)
        )
        with self._week.db.reading() as session:
            return any(body["texts"] != [told.texts[-1]] for body in session.scalars(posts))

    def change(self) -> None:
        states = (StoryState.SUBMITTED, StoryState.IN_REVIEW, StoryState.RETURNED, StoryState.APPROVED)
        if story := self._some(select(Story.id).where(Story.state.in_(states))):
            told = self.of(story)
            told.texts.append(self._words())
            revise(self._week.db, OFFICER, story, self._document(told.texts[-1], told.sender_id))

    def take_back(self) -> None:
        if story := self._some(select(Story.id).where(Story.state == StoryState.APPROVED)):
            withdraw(self._week.db, OFFICER, story, "she asked us not to")

    def reconsider(self) -> None:
        if story := self._some(select(Story.id).where(Story.state == StoryState.APPROVED)):
            reconsider(self._week.db, REVIEWER, story, "on second thought")

    def send_back(self) -> None:
        if story := self._some(select(Story.id).where(Story.state == StoryState.IN_REVIEW)):
            send_back(self._week.db, REVIEWER, story, "which day was it?")

    # ---- holds

    def stand_down(self) -> None:
        holds.hold_all(self._week.db, COMMANDER, "an incident")

    def hold_something(self) -> None:
        if self._rng.random() < 0.5:
            holds.hold_channel(self._week.db, PIO, self._rng.choice(self._week.channels), "a question")
        elif delivery := self._some(select(Delivery.id)):
            holds.hold_delivery(self._week.db, REVIEWER, delivery, "a question")

    def let_go(self) -> None:
        for hold in self._standing():
            if hold.scope == ALL and self._week.restored:
                self._drop_what_is_out()
            self._release(hold)

    def _release(self, hold: Hold) -> None:
        for by in (COMMANDER, PIO) if hold.scope in {ALL, CHANNEL} else (PIO,):
            if holds.release(self._week.db, by, hold):  # alone, where it was pressed by mistake
                break
        else:
            raise AssertionError("two people released it, and it is still on")
        self._week.tail()
        self._week.life.note("released", hold.scope, hold.target or hold.id)

    def _standing(self) -> list[Hold]:
        with self._week.db.reading() as session:
            return holds.standing(session)

    def _drop_what_is_out(self) -> None:
        """Restored: what is planned was perhaps sent early; the notice asks to read it before releasing."""
        for row, channel, text in self._posts(CLAIMABLE):
            if self._week.table.seen(channel, text):
                deliveries.cancel(self._week.db, PIO, row.id, "it is out already")

    # ---- deliveries

    def cancel(self) -> None:
        if delivery := self._some(select(Delivery.id).where(Delivery.state != D.NEEDS_PERSON)):
            deliveries.cancel(self._week.db, PIO, delivery, "not this one")

    def take_down(self) -> None:
        if delivery := self._some(select(Delivery.id).where(Delivery.state == D.DELIVERED)):
            deliveries.retract(self._week.db, PIO, delivery, "the family asks")
            if self._rng.random() < 0.2:
                deliveries.retract(self._week.db, PIO, delivery, "pressed twice")

    def take_down_by_hand(self) -> None:
        """Somebody does it on the network's own page, and says so; or only sees that it is gone."""
        states = (D.DELIVERED, D.RETRACTING)
        if delivery := self._some(select(Delivery.id).where(Delivery.state.in_(states))):
            self._delete(delivery)
            deliveries.gone(self._week.db, PIO, delivery, "deleted on its own page")

    def _delete(self, delivery: str) -> None:
        for row in self._public(delivery):
            row.gone = self._week.time.mono

    def _public(self, delivery: str) -> list[Row]:
        """What of a delivery the public can see by the ids that were kept."""
        ids = self._ids(select(Receipt.remote_id).where(Receipt.delivery_id == delivery))
        return [row for row in self._week.table.rows if row.remote_id in ids and row.gone is None]

    def _look_after_published(self, delivery: str) -> None:
        """It could not be taken down: it is gone by now, or is tried again, or is deleted by hand, or stays."""
        public, chance = self._public(delivery), self._rng.random()
        if public and chance < 0.5:
            deliveries.retract(self._week.db, PIO, delivery, "once more")
        elif public and chance < 0.7:
            confirm(self._week.app.carrier, PIO, delivery, public[0].remote_id)
        else:
            self._delete(delivery)
            deliveries.gone(self._week.db, PIO, delivery, "nobody can see it any more")

    def look_after(self) -> None:
        """What needs a person: look at the account, then say what is so."""
        for row, channel, text in self._posts({D.NEEDS_PERSON}):
            if (self._week.time.clock() - row.changed_at).total_seconds() < _BEFORE_LOOKING:
                continue
            if self._ids(select(Receipt.id).where(Receipt.delivery_id == row.id)):
                self._look_after_published(row.id)
                continue
            if self._week.table.seen(channel, text):
                continue  # to cancel it would say that nothing of the story is on this channel
            if self._rng.random() < 0.6:
                self._week.looked(row)
                with suppress(Declined):
                    deliveries.requeue(self._week.db, PIO, row.id, "it is not there")
            else:
                deliveries.cancel(self._week.db, PIO, row.id, "too late for it")

    def send_again(self) -> None:
        if delivery := self._some(select(Delivery.id).where(Delivery.state == D.FAILED)):
            deliveries.requeue(self._week.db, PIO, delivery, "once more")

    def mend_channels(self) -> None:
        with self._week.db.reading() as session:
            names = session.scalars(select(Channel.name).where(Channel.trouble != "")).all()
        for name in names:
            channels.set_secret(self._week.db, ADMINISTRATOR, self._week.app.vault, name, {"token": "new"})

    # ---- looking

    def of(self, story: str) -> Told:
        return next(told for told in self.told if story in told.rows)

    def _is_out(self, told: Told) -> bool:
        return any(self._week.table.seen(channel, text) for channel in self._week.channels for text in told.texts)

    def _posts(self, states: Any) -> list[tuple[Delivery, str, str]]:
        query = (
            select(Delivery, Channel.name, PostRow.body)
            .join(Channel, Channel.id == Delivery.channel_id)
            .join(PostRow, PostRow.id == Delivery.post_id)
            .where(Delivery.state.in_(states))
            .order_by(Delivery.id)
        )
        with self._week.db.reading() as session:
            return [(row, channel, body["texts"][0]) for row, channel, body in session.execute(query)]

    def _some(self, query: Any) -> str | None:
        found = self._ids(query)
        return self._rng.choice(found) if found else None

    def _ids(self, query: Any) -> list[str]:
        with self._week.db.reading() as session:
            return sorted(session.scalars(query))
