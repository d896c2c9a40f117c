"""Whether words were screened on the department's day. Nothing is approved, claimed or shown that was not."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, exists
from sqlalchemy.orm import InstrumentedAttribute

from socialpub.store.schema import Screening

#: A moment, or the parameter of a statement that is built once.
_Moment = datetime | BindParameter[datetime]


def screened(
    began: _Moment, ends: _Moment, revision: InstrumentedAttribute[str], *also: ColumnElement[bool]
) -> ColumnElement[bool]:
    """A condition: `revision`, a column with its id, was screened from `began` until `ends`.

    Both ends are asked for: a clock that ran ahead counts for nothing.
    """
    return exists().where(Screening.revision_id == revision, Screening.at >= began, Screening.at < ends, *also)
