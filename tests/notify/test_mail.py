"""The whole way: a row in the outbox, a turn, a real mail server, a crash in between."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

from socialpub.notify.audience import addresses_of
from socialpub.notify.send import LEASE, turn
from socialpub.notify.server import post
from socialpub.settings import Notify
from socialpub.store.database import Database
from socialpub.store.telling import tell
from tests.notify.conftest import START, SetClock
from tests.notify.mailserver import MailServer
from tests.notify.rows import events, notices

ONE_TURN = """
import sys
from datetime import datetime
from socialpub.notify.audience import addresses_of
from socialpub.notify.send import turn
from socialpub.notify.server import post
from socialpub.settings import Notify
from socialpub.store.database import open_database
url, address, now = sys.argv[1:]
now = datetime.fromisoformat(now)
turn(open_database(url, lambda: now), addresses_of(Notify(pio=(address,))), now, post)
"""


def say(db: Database, subject: str = "hello") -> None:
    with db.transaction() as tx:
        tell(tx, "pio", subject, "one\ntwo")


def test_what_was_written_with_a_change_arrives_by_mail(db: Database, clock: SetClock, mail: MailServer) -> None:
    say(db, "hello\r\nBcc: evil@x.example")
    to = addresses_of(Notify(pio=(mail.address("pio@dept.example", "chief@dept.example"),)))
    assert turn(db, to, clock.now, post) is None
    assert [(got.to, got.subject) for got in mail.inbox] == [
        (["pio@dept.example"], "hello Bcc: evil@x.example"),
        (["chief@dept.example"], "hello Bcc: evil@x.example"),
    ]
    assert mail.inbox[0].body.rstrip() == "one\ntwo"


def test_a_server_that_is_busy_gets_it_later_and_once(db: Database, clock: SetClock, mail: MailServer) -> None:
    say(db)
    to = addresses_of(Notify(pio=(mail.address("pio@dept.example"),)))
    mail.answers["pio@dept.example"] = "451 greylisted, come again"
    again = turn(db, to, clock.now, post)
    assert again == START + timedelta(minutes=1)
    assert "451" in notices(db)[0].trouble
    mail.answers, clock.now = {}, again
    assert turn(db, to, clock.now, post) is None
    clock.advance(86_400)
    assert turn(db, to, clock.now, post) is None
    assert len(mail.inbox) == 1


def test_one_bad_recipient_costs_the_good_one_no_second_mail(db: Database, clock: SetClock, mail: MailServer) -> None:
    say(db)
    to = addresses_of(Notify(pio=(mail.address("good@dept.example", "bad@dept.example"),)))
    mail.answers["bad@dept.example"] = "550 no such person"
    for _ in range(3):
        clock.now = turn(db, to, clock.now, post) or clock.now
    assert [got.to for got in mail.inbox] == [["good@dept.example"]]
    assert mail.asked.count("bad@dept.example") == 3


def test_a_server_that_is_down_loses_nothing(db: Database, clock: SetClock, mail: MailServer) -> None:
    mail.stop()
    say(db, "first")
    to = addresses_of(Notify(pio=(mail.address("pio@dept.example"),)))
    for _ in range(3):
        again = turn(db, to, clock.now, post)
        assert again is not None
        clock.now = again
    say(db, "second")
    mail.start()
    assert turn(db, to, clock.now, post) is None
    assert sorted(got.subject for got in mail.inbox) == ["first", "second"]


def test_a_server_that_always_refuses_is_given_up_with_its_answer(
    db: Database, clock: SetClock, mail: MailServer
) -> None:
    say(db)
    to = addresses_of(Notify(pio=(mail.address("pio@dept.example"),)))
    mail.answers["pio@dept.example"] = "550 no such person"
    while (again := turn(db, to, clock.now, post)) is not None:
        clock.now = again
    (row,) = notices(db)
    assert row.gave_up_at == clock.now >= START + timedelta(days=1)
    assert "550" in row.trouble
    assert "550" in events(db, "give_up")[0].data["because"]
    assert mail.inbox == []


def _killed_at(point: int, db: Database, mail: MailServer) -> None:
    address = mail.address("pio@dept.example")
    command = (sys.executable, "-W", "ignore", "-c", ONE_TURN, str(db.engine.url), address, START.isoformat())
    died = subprocess.run(
        command, env={**os.environ, "SOCIALPUB_DIE_AT": str(point)}, check=False, capture_output=True
    )
    assert died.returncode == -signal.SIGKILL, died.stderr


def test_a_crash_after_sending_and_before_marking_sends_it_again(
    db: Database, clock: SetClock, mail: MailServer
) -> None:
    say(db)
    _killed_at(2, db, mail)
    assert len(mail.inbox) == 1
    assert notices(db)[0].told_at is None
    to = addresses_of(Notify(pio=(mail.address("pio@dept.example"),)))
    again = turn(db, to, clock.now, post)
    assert again == START + LEASE
    clock.now = again
    assert turn(db, to, clock.now, post) is None
    assert [got.subject for got in mail.inbox] == ["hello", "hello"]


def test_a_crash_before_sending_loses_nothing(db: Database, clock: SetClock, mail: MailServer) -> None:
    say(db)
    _killed_at(1, db, mail)
    assert mail.inbox == []
    clock.advance(LEASE.total_seconds())
    turn(db, addresses_of(Notify(pio=(mail.address("pio@dept.example"),))), clock.now, post)
    assert [got.subject for got in mail.inbox] == ["hello"]
