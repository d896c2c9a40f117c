"""What an officer lives through whose folder was written to by others: told, mended, published once, told again."""

from sqlalchemy import select

from socialpub.store.schema import Notice
from tests.flow.networks import picture
from tests.town import Town


def _told(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        query = select(Notice.subject).where(Notice.audience == "officer:jruiz").order_by(Notice.due_at, Notice.id)
        return list(session.scalars(query))


def test_a_folder_that_others_could_write_to_is_mended_and_published_once(here: Town) -> None:
    folder = here.drop(photos={"a.jpg": picture("navy")})
    (folder / "story.toml").chmod(0o660)
    here.clock.now = here.clock.now.fromtimestamp(folder.stat().st_mtime + 120, here.clock.now.tzinfo)
    here.turn()
    (refused,) = (path for path in (here.spool / "corrupt").iterdir() if path.is_dir())
    assert _told(here) == ["Not taken: the folder “bike”"]

    (refused / "story.toml").chmod(0o640)
    refused.rename(folder)
    here.turn()
    here.approve()
    here.settle()
    here.drop("again", photos={"a.jpg": picture("navy")})
    here.turn()
    assert len(here.published()) == 1
    assert _told(here)[-1].startswith("Nothing was done: your story is published already")
