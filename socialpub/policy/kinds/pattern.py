"""pattern: a regular expression, if wanted with a check of what it found: can this be a telephone number?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import Pattern, trusted
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject

_NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMERAL = trusted(r"(?i)oh|" + "|".join(_NUMERALS))
_NOT_DIGIT = trusted(r"\D+")


def _digits(found: str) -> str:
    """The digits of `found`, also those written as words."""
    spelled = _NUMERAL.sub(lambda word: str(_value(word[0].lower())), found)
    return _NOT_DIGIT.sub("", spelled)


def _value(word: str) -> int:
    return 0 if word == "oh" else _NUMERALS.index(word)


def is_phone(found: str) -> bool:
    """Whether the numbering plan has room for it (`phonenumbers`): United States, or a + in front."""
    import phonenumbers

    digits = _digits(found)
    text = "+" + digits if found.lstrip("( ").startswith("+") else digits
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) and (len(digits) != 10 or digits[0] in "23456789")


def is_ssn(found: str) -> bool:
    """Nine digits that could have been given out: no group all zeros, no 666 in front (SSA rules)."""
    digits = _digits(found)
    return len(digits) == 9 and digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"


def is_card(found: str) -> bool:
    """A payment card number: 13 to 19 digits whose Luhn sum holds (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in _digits(found)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_plate(found: str) -> bool:
    """The last five to eight letters and digits: both kinds, and more than one digit."""
    sign = "".join(char for char in found if char.isalnum())
    return any(char.isalpha() for char in sign) and sum(char.isdigit() for char in sign) >= 2


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "phone": is_phone, "ssn": is_ssn, "card": is_card, "plate": is_plate,
}  # fmt: skip


class PatternKind(TextKind):
    pattern: Pattern
    check: Literal["phone", "ssn", "card", "plate"] | None = None

    def spans(self, passage: Passage, _: Subject) -> Iterator[Span]:
        for start, end in self.pattern.spans(passage.plain):
            if self.check is None or CHECKS[self.check](passage.plain[start:end]):
                yield start, end
