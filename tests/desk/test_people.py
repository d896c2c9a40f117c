"""A person changes roles: by another administrator, in the records, and never into a place without one."""

import pytest
from sqlalchemy import select

from socialpub.desk.people import add_person, change_roles, disable_person, enable_person, person_of_account
from socialpub.model.people import Role
from socialpub.store.schema import Event, User
from tests.desk.stories import approved, declined, in_review, recorded, say_yes, somebody
from tests.town import Town


def _roles(here: Town, name: str) -> list[str]:
    with here.app.db.reading() as session:
        return list(session.query(User).filter_by(name=name).one().roles)


def test_an_officer_becomes_pio_with_the_account_and_name_they_have(here: Town) -> None:
    add_person(here.app.db, here.who("adm"), "lwest", [Role.OFFICER], "lwest")
    assert change_roles(here.app.db, here.who("adm"), "lwest", [Role.PIO, Role.OFFICER]) == [Role.OFFICER]
    with here.app.db.reading() as session:
        person = person_of_account(session, "lwest")
        assert person is not None
        assert person.roles == ["officer", "pio"]
    say_yes(here, "lwest", in_review(here))


def test_what_a_reviewer_approved_stands_and_they_approve_no_more(plain: Town) -> None:
    approved(plain, by="mhale")
    waiting = in_review(plain, "Officers painted a bench at Veterans Park with the neighbors.")
    change_roles(plain.app.db, plain.who("adm"), "mhale", [Role.OFFICER])
    declined(plain, "may not approve", lambda: say_yes(plain, "mhale", waiting))
    plain.turn()
    assert len(plain.published()) == 1


def test_the_records_say_who_changed_what(plain: Town) -> None:
    change = lambda: change_roles(plain.app.db, plain.who("adm"), "jruiz", [Role.REVIEWER])  # noqa: E731  used twice
    assert recorded(plain, change) == ["roles"]
    assert recorded(plain, change) == []
    with plain.app.db.reading() as session:
        event = session.query(Event).filter_by(verb="roles").one()
    assert (event.actor, event.subject_id) == ("adm", "jruiz")
    assert event.data == {"was": ["officer"], "roles": ["reviewer"]}


def test_nobody_changes_their_own_roles(plain: Town) -> None:
    declined(
        plain, "nobody changes their own", lambda: change_roles(plain.app.db, plain.who("adm"), "adm", [Role.PIO])
    )


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_changes_roles(plain: Town, role: Role) -> None:
    by = somebody("somebody", role)
    declined(
        plain, "may not change people's roles", lambda: change_roles(plain.app.db, by, "jruiz", [Role.ADMINISTRATOR])
    )


def test_the_only_administrator_stays_one(plain: Town) -> None:
    other = somebody("os:root", Role.ADMINISTRATOR)
    declined(plain, "the only administrator", lambda: change_roles(plain.app.db, other, "adm", [Role.PIO]))
    assert change_roles(plain.app.db, other, "adm", [Role.ADMINISTRATOR, Role.AUDITOR]) == [Role.ADMINISTRATOR]


def test_who_is_not_there_or_was_disabled_or_would_have_no_role_is_declined(plain: Town) -> None:
    db, adm = plain.app.db, plain.who("adm")
    declined(plain, "nobody called nobody", lambda: change_roles(db, adm, "nobody", [Role.PIO]))
    declined(plain, "at least one role", lambda: change_roles(db, adm, "jruiz", []))
    disable_person(db, adm, "jruiz")
    declined(plain, "nobody called jruiz who may act", lambda: change_roles(db, adm, "jruiz", [Role.PIO]))
    assert _roles(plain, "jruiz") == ["officer"]


def test_an_account_that_may_name_other_submitters_never_reviews(plain: Town) -> None:
    add_person(plain.app.db, plain.who("adm"), "share", [Role.OFFICER], "share", trusted=True)
    declined(
        plain, "one person could then send", lambda: change_roles(plain.app.db, plain.who("adm"), "share", [Role.PIO])
    )


def test_who_was_disabled_gets_their_access_and_roles_back_once_and_the_records_say_so(plain: Town) -> None:
    db, adm = plain.app.db, plain.who("adm")
    disable_person(db, adm, "jruiz")
    assert enable_person(db, adm, "jruiz")
    assert not enable_person(db, adm, "jruiz")
    assert _roles(plain, "jruiz") == ["officer"]
    assert plain.who("jruiz").name == "jruiz"
    with db.reading() as session:
        [event] = session.scalars(select(Event).where(Event.verb == "enable")).all()
    assert (event.actor, event.subject_id) == ("adm", "jruiz")


def test_only_an_administrator_enables_and_only_somebody(plain: Town) -> None:
    disable_person(plain.app.db, plain.who("adm"), "jruiz")
    declined(plain, "administrator", lambda: enable_person(plain.app.db, plain.who("panand"), "jruiz"))
    declined(plain, "nobody called zzz", lambda: enable_person(plain.app.db, plain.who("adm"), "zzz"))
