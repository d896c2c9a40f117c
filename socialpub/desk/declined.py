"""How a verb says no to a person: what, why, and what to do instead. Never used for bugs."""

from collections.abc import Iterable

from socialpub.model.people import Actor, Role


class Declined(Exception):  # noqa: N818  an answer to a person, not an error
    """The verb was not carried out and nothing was changed; the message is for the person who asked."""


def require(by: Actor, roles: Iterable[Role], to: str) -> None:
    """Decline unless `by` has one of `roles`; `to` completes "may not …"."""
    wanted = frozenset(roles)
    if not by.has(wanted):
        names = " or ".join(sorted(role.value for role in wanted))
        raise Declined(f"{by.name} may not {to}: that takes the role {names}")


def not_ones_own(by: Actor, author: str, submitter: str, story: str, no: str) -> None:
    """Decline when `by` wrote the newest words of this story; `no` completes "wrote these words", with the reason."""
    if by.name == author:
        raise Declined(
            f"{by.name} wrote these words{no}: ask another reviewer, or let {submitter} take them as they stand: "
            f"`socialpub revise {story} --seen FINGERPRINT`"
        )


def reason_given(reason: str, to: str) -> str:
    """The reason, tidied; an empty one is declined, because the records must say why."""
    if not reason.strip():
        raise Declined(f"a reason is needed to {to}: the records must say why")
    return reason.strip()
