"""Proof that a post is visible: the network's own ids, kept as receipts. Without proof nothing is delivered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.ownership import owners
from socialpub.delivery.pace import pace, space
from socialpub.model.outcome import Receipt
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState as D
from socialpub.store.moves import move, move_many
from socialpub.store.schema import Channel, Delivery, table_of
from socialpub.store.schema import Receipt as ReceiptRow
from socialpub.store.transaction import Transaction

#: A delivery, and what its network says is it.
Shown = tuple[Delivery, Sequence[Receipt]]


def delivered(tx: Transaction, carrier: Carrier, row: Delivery, receipts: Sequence[Receipt]) -> str:
    """Keep the proof; "" when the row is delivered now, else why these ids prove nothing.

    Then what was being sent is asked about, and what was asked about needs a person.
    """
    return all_delivered(tx, carrier, [(row, receipts)]).get(row.id, "")


def all_delivered(tx: Transaction, carrier: Carrier, shown: Sequence[Shown]) -> Mapping[str, str]:
    """The same for many deliveries, each with its receipts: by delivery, why its ids prove nothing."""
    if not shown:
        return {}
    _refuse_one_id_for_two(shown)
    kept = _kept_before(tx, [row for row, _ in shown])
    doubts = {**_owned_elsewhere(tx, shown), **_another_post(shown, kept)}
    for row, _ in shown:
        if row.id in doubts:
            _no_proof(tx, carrier, row, doubts[row.id])
    if proven := [(row, receipts) for row, receipts in shown if row.id not in doubts]:
        _keep(tx, [(row, each) for row, receipts in proven for each in receipts if each.part not in kept[row.id]])
        pace(tx, carrier, {row.channel_id for row, _ in proven})
        move_many(tx, [row for row, _ in proven], D.DELIVERED, by=DAEMON, lease_until=None, look_at=None)
    return doubts


def _refuse_one_id_for_two(shown: Sequence[Shown]) -> None:
    """Judged together, neither would find the other's receipt. Raised, so that each is judged after the other."""
    ids = Counter(remote_id for _, receipts in shown for remote_id in {each.remote_id for each in receipts})
    if len(shown) > 1 and (twice := [remote_id for remote_id, times in ids.items() if times > 1]):
        raise ValueError(f"two deliveries were given the same id: {', '.join(twice)}")


def receipts_of(tx: Transaction, deliveries: Sequence[str]) -> dict[str, dict[int, str]]:
    """The remote id of each visible part, by delivery and part."""
    found: dict[str, dict[int, str]] = {delivery: {} for delivery in deliveries}
    if deliveries:
        query = select(ReceiptRow.delivery_id, ReceiptRow.part, ReceiptRow.remote_id)
        for delivery, part, remote_id in tx.session.execute(query.where(ReceiptRow.delivery_id.in_(deliveries))):
            found[delivery][part] = remote_id
    return found


def _kept_before(tx: Transaction, rows: Sequence[Delivery]) -> dict[str, dict[int, str]]:
    """Only what a person is needed for can have a receipt already: it was published, and not taken down."""
    asked = [row.id for row in rows if row.state == D.NEEDS_PERSON]
    return {**{row.id: {} for row in rows}, **receipts_of(tx, asked)}


def _another_post(shown: Sequence[Shown], kept: Mapping[str, Mapping[int, str]]) -> dict[str, str]:
    """A delivery is visible once: what has a receipt already is not a second post as well."""
    return {
        row.id: f"it was published as {kept[row.id][each.part]}; {each.remote_id} is another post"
        for row, receipts in shown
        for each in receipts
        if kept[row.id].get(each.part, each.remote_id) != each.remote_id
    }


def _owned_elsewhere(tx: Transaction, shown: Sequence[Shown]) -> dict[str, str]:
    """Which deliveries were given an id that the receipt of another delivery of their account owns."""
    mine = {(row.channel_id, each.remote_id): row.id for row, receipts in shown for each in receipts}
    owned = owners(tx.session, list(mine))
    return {
        delivery: f"the network gave {place[1]}, which belongs to another delivery"
        for place, delivery in mine.items()
        if owned[place] - {delivery}
    }


def _keep(tx: Transaction, proofs: Sequence[tuple[Delivery, Receipt]]) -> None:
    if proofs:
        tx.session.execute(insert(table_of(ReceiptRow)), [_kept(tx, row, receipt) for row, receipt in proofs])


def _kept(tx: Transaction, row: Delivery, receipt: Receipt) -> dict[str, Any]:
    return {
        "delivery_id": row.id,
        "channel_id": row.channel_id,
        "part": receipt.part,
        "remote_id": receipt.remote_id,
        "permalink": receipt.permalink,
        "at": tx.now,
    }


def _no_proof(tx: Transaction, carrier: Carrier, row: Delivery, reason: str) -> None:
    if row.state == D.SENDING:
        unconfirm(tx, carrier, row, reason)
    elif row.state == D.UNCONFIRMED:
        move(tx, row, D.NEEDS_PERSON, because=reason, by=DAEMON, look_at=None)


def unconfirm(tx: Transaction, carrier: Carrier, row: Delivery, reason: str, *, doubtful: bool = False) -> None:
    """It may be visible: from now on the network is asked, and nothing is sent."""
    channel = tx.session.get_one(Channel, row.channel_id)
    looks = carrier.limits[channel.platform].looks
    space(tx, carrier, channel)
    move(
        tx,
        row,
        D.UNCONFIRMED,
        because=reason,
        by=DAEMON,
        look_at=tx.now + timedelta(seconds=looks.settle_s / looks.looks),
        looks=0,
        doubtful=doubtful,
        lease_until=None,
    )
