"""Each kind of rule, on what it is for and on what it must leave alone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from socialpub.model.document import parse
from socialpub.policy.kinds.pattern import is_card, is_phone, is_plate, is_ssn
from socialpub.policy.packs import Packs
from socialpub.policy.screen import screen
from tests.policy.packing import DEPARTMENT, evidence, found, packs, rule


def one(tmp_path: Path, body: str, **examples: str) -> Packs:
    return packs(tmp_path, rule(body, **examples))


def test_phrases_are_whole_words_in_any_case(tmp_path: Path) -> None:
    book = one(tmp_path, 'kind = "phrases"\nphrases = ["bad", "bad luck"]')
    assert evidence(book, "BAD, badly, a bad\u00a0luck day, un-bad_") == ["BAD", "bad\u00a0luck"]


def test_phrases_in_disguise(tmp_path: Path) -> None:
    book = one(tmp_path, 'kind = "phrases"\nphrases = ["bad"]\ndisguised = true')
    assert evidence(book, "so b@d and b4d") == ["b@d", "b4d"]


def test_a_sentence_can_excuse_a_phrase_and_the_next_cannot(tmp_path: Path) -> None:
    book = one(tmp_path, "kind = 'phrases'\nphrases = ['bad']\nunless = 'pretend'")
    assert evidence(book, "A bad guy, pretend. A bad guy.") == ["bad"]
    assert len(found(book, "Ofc. Coffin was bad, pretend. All was.")) == 0


def test_a_phrase_is_excused_only_where_the_harmless_words_stand(tmp_path: Path) -> None:
    book = one(tmp_path, 'kind = "phrases"\nphrases = ["killed"]\nexcept = ["killed it"]', bad='["killed"]')
    assert [hit.start for hit in found(book, "She killed it. He was killed.")] == [22]


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (is_phone, "774-555-0138", "123-555-0138"),
        (is_phone, "77four 555 01 four four", "2026-018834-1"),
        (is_phone, "+44 20 7946 0000", "12"),
        (is_ssn, "118-52-3306", "000-52-3306"),
        (is_ssn, "118 52 3306", "118-00-3306"),
        (is_card, "4111 1111 1111 1111", "4111 1111 1111 1112"),
        (is_plate, "4KX 912", "HELLO"),
    ],
)
def test_a_check_tells_a_number_from_a_number(check: Any, good: str, bad: str) -> None:
    assert check(good)
    assert not check(bad)


def test_near_minds_the_distance_the_order_and_the_sentence(tmp_path: Path) -> None:
    body = "kind = 'near'\nfirst = 'dog'\nsecond = 'bad|bit'\nwithin = 2\norder = 'first_second'"
    book = one(tmp_path, body, bad='["The dog bit."]')
    assert evidence(book, "A dog of ours bit him.") == ["dog of ours bit"]
    assert evidence(book, "A dog that we like bit him. He bit a dog. A dog. Bit by bit.") == []


def test_near_finds_names_but_none_that_we_may_always_say(tmp_path: Path) -> None:
    body = 'kind = "near"\nfirst = "boy"\nsecond = "PERSON_NAME"\nwithin = 4\n'
    core = '[words]\nfirst_names = ["emma"]\nnot_names = ["the", "happy", "thanksgiving", "port"]\n'
    book = packs(tmp_path, core + rule(body, bad='["A boy named Otto."]'))
    assert evidence(book, "The boy Emma Diaz knows") == ["boy Emma Diaz"]
    assert evidence(book, "The boy met Mr. Lane") == ["boy met Mr. Lane"]
    assert evidence(book, "A boy and Ofc. Sam Coffin. Happy Thanksgiving, boy!") == []


def test_a_listed_adult_is_no_childs_name(tmp_path: Path) -> None:
    body = 'kind = "near"\nfirst = "boy"\nsecond = "CHILD_NAME"\nwithin = 4\n'
    book = one(tmp_path, body, bad='["A boy named Otto."]')
    adult = [{"name": "Alma Reyes", "consent": True}]
    assert len(found(book, "We saw Alma Reyes stop a boy")) == 1
    assert found(book, "We saw Alma Reyes stop a boy", people=adult) == []


def test_a_sequence_keeps_its_order_and_its_gaps(tmp_path: Path) -> None:
    body = "kind = 'sequence'\nsteps = ['left', 'right', 'bad']\ngap = 1"
    book = one(tmp_path, body, bad='["left right bad"]')
    assert evidence(book, "left, then right, bad") == ["left, then right, bad"]
    assert evidence(book, "right left bad. left and then right bad") == []


def test_a_substitution_offers_the_better_word(tmp_path: Path) -> None:
    book = one(tmp_path, 'kind = "substitution"\n[test-rule.swaps]\n"Bad" = "poor"\n"worse" = "poorer"')
    assert [(hit.evidence, hit.instead) for hit in found(book, "bad, WORSE")] == [
        ("bad", "poor"),
        ("WORSE", "poorer"),
    ]


def test_required_with_is_content_once_the_other_is_said(tmp_path: Path) -> None:
    book = one(tmp_path, "kind = 'required_with'\npresent = 'bad'\nneeds = 'sorry'")
    assert evidence(book, "A bad day.") == ["bad"]
    assert evidence(book, "A bad day. We are sorry.") == []


@pytest.mark.parametrize(
    ("what", "most", "strikes", "fine"),
    [
        ("emoji_in_a_row", 3, "🎄🎁 🎁🎄", "👮‍♀️👨‍👩‍👧🇺🇸"),
        ("capitals_in_a_row", 3, "STAY HOME, DO NOT go", "DPW and PAL, ASL"),
        ("marks_in_a_row", 2, "Wow!!!", "Wow!!"),
        ("letters_in_a_lowercase_hashtag", 8, "#coffeewithacop", "#CoffeeWithACop #k9unit2026"),
        ("styled_letters", 2, "𝓣𝓸𝓷𝓲", "Toni x²"),
    ],
)
def test_count_knows_its_things(tmp_path: Path, what: str, most: int, strikes: str, fine: str) -> None:
    book = one(tmp_path, f'kind = "count"\nwhat = "{what}"\nmost = {most}', bad=f'["{strikes}"]', good=f'["{fine}"]')
    assert len(found(book, f"So: {strikes} x")) == 1


def test_people_by_age_consent_and_role(tmp_path: Path) -> None:
    body = "kind = 'people'\nminor = true\nconsent = ['no', 'unasked']\nnot_role = 'actor'"
    bad, good = "[{ people = [{ minor = true }] }]", "[{ people = [{ minor = true, consent = true }] }]"
    book = one(tmp_path, body, bad=bad, good=good)
    people = [
        {"name": "Al"}, {"name": "Bo", "minor": True, "consent": False}, {"minor": True, "role": "actor"},
        {"minor": True, "role": "child"},
    ]  # fmt: skip
    assert [(hit.where, hit.index, hit.evidence) for hit in found(book, people=people)] == [
        ("people", 1, "Bo"),
        ("people", 3, "child"),
    ]


def test_people_named_in_the_text_are_found_there(tmp_path: Path) -> None:
    body = "kind = 'people'\nconsent = ['no']\nnamed_in = 'text'"
    bad = '[{ text = "Bo won", people = [{ name = "Bo", consent = false }] }]'
    book = one(tmp_path, body, bad=bad)
    people = [{"name": "Bo Lund", "consent": False}]
    assert evidence(book, "Today Bo Lund, yes Lund, won a lund.", people=people) == ["Bo Lund", "Lund"]


PHOTOS = {
    "alt_missing": ([{}, {"alt": " "}], [{"alt": "A dog"}]),
    "alt_is_file_name": ([{"alt": "IMG_2231"}, {"alt": "my dog.jpeg"}], [{"alt": "Image of 2 dogs"}]),
    "alt_says_nothing": ([{"alt": "image of officer"}, {"alt": "Photo"}], [{"alt": "A dog on a lawn"}, {}]),
}


@pytest.mark.parametrize("problem", list(PHOTOS))
def test_alt_text_that_does_not_serve(tmp_path: Path, problem: str) -> None:
    strikes, fine = PHOTOS[problem]
    example = "[{ photos = [{ alt = 'IMG_1' }] }]" if "file" in problem else "[{ photos = [{ alt = '' }] }]"
    example = "[{ photos = [{ alt = 'photo' }] }]" if "nothing" in problem else example
    good = "[{ photos = [{ alt = 'A dog on a green lawn' }] }]"
    book = one(tmp_path, f'kind = "photo"\nproblem = "{problem}"\nfewest = 12', bad=example, good=good)
    assert [hit.index for hit in found(book, photos=[*fine, *strikes])] == [len(fine), len(fine) + 1]


@pytest.mark.parametrize(
    ("video", "strikes"),
    [
        ({"captions": False, "audio": "speech"}, True),
        ({"captions": None, "audio": None}, True),
        ({"captions": "draft, first 20 seconds", "audio": "speech"}, True),
        ({"captions": "clip.en.vtt", "audio": "speech"}, False),
        ({"captions": True, "audio": "speech"}, False),
        ({"captions": False, "audio": "waves, no speech"}, False),
    ],
)
def test_captions_are_a_file_not_a_promise(tmp_path: Path, video: dict[str, Any], strikes: bool) -> None:
    body = "kind = 'video'\nproblem = 'no_captions'\nshows = 'speech'\nunless = 'no speech'"
    bad, good = "[{ videos = [{ captions = false }] }]", "[{ videos = [{ captions = true }] }]"
    assert bool(found(one(tmp_path, body, bad=bad, good=good), videos=[video])) == strikes


@pytest.mark.parametrize(
    ("text", "when", "wrong"),
    [
        ("Friday Dec 3", "2026-12-03", True),
        ("Thursday, December 3rd", "2026-12-03", False),
        ("TUESDAY 2 FEB", "2027-02-02", False),
        ("Mon 2 Feb", "2027-02-02", True),
        ("Thurs 12/17", "2026-12-17", False),
        ("Wed. 12/17", None, True),
        ("Sat 9/12", None, False),
        ("Friday, Nov 28, 2025", "2026-12-01", False),
        ("Nov. 29 (Saturday)", "2026-11-29", True),
        ("Sunday, Halloween", "2026-10-31", True),
        ("Monday 31 June", None, True),
        ("March 3 and Sat. and may 5 be fine", None, False),
    ],
)
def test_weekdays_belong_to_their_dates(tmp_path: Path, text: str, when: str | None, wrong: bool) -> None:
    body = "kind = 'dates'\nproblem = 'weekday'"
    book = one(tmp_path, body, bad='[{ text = "Fri Dec 3, 2026" }]')
    assert bool(found(book, text, when=when, as_of=date(2026, 11, 20))) == wrong


def test_an_invitation_to_what_is_over(tmp_path: Path) -> None:
    body = "kind = 'dates'\nproblem = 'past'\ninvites = 'join us|tonight'"
    book = one(tmp_path, body, bad='[{ text = "Join us!", when = 2026-05-01 }]')
    assert evidence(book, "Join us tonight!", when="2026-05-31") == ["Join us"]
    assert evidence(book, "Join us tonight!", when="2026-06-01") == []
    assert evidence(book, "Join us May 5, 2026!") == ["Join us"]
    assert evidence(book, "We met.", when="2026-05-31") == []


LINKS = {
    "foreign": (["http://a.shop/x", "evil.com"], ["porttestpd.example/a", "x@pt.example", "ny.gov"]),
    "listed": (["bit.ly/abc", "www.bit.ly"], ["orbit.ly.example", "rabbit.lynx"]),
    "look_alike": (["porttestpd-pay.com", "p0rttestpd.com"], ["porttestpd.example", "library.com"]),
    "disguised": (["https://porttestpd.example@evil.com/", "http://192.0.2.7/x", "https://xn--80ak6aa92e.com"],
                  ["https://porttestpd.example/@us"]),
}  # fmt: skip


@pytest.mark.parametrize("problem", list(LINKS))
def test_links_that_lead_astray(tmp_path: Path, problem: str) -> None:
    strikes, fine = LINKS[problem]
    body = f'kind = "links"\nproblem = "{problem}"\nhosts = ["bit.ly"]\nfine = [".gov"]'
    bad = {"listed": "bit.ly/x", "look_alike": "examplepd-pay.com"}.get(problem, "http://a@192.0.2.1/x")
    book = one(tmp_path, body, bad=f'["{bad}"]')
    for text in strikes:
        assert evidence(book, f"See {text}.") == [text]
    assert evidence(book, " and ".join(fine)) == []


def test_another_language_needs_its_english(tmp_path: Path) -> None:
    body = (
        "kind = 'language'\nfewest = 5\nenglish = 'the on at in and to'\nfacts = { martes = 'tue' }\n"
        "languages = { es = 'el la en de a las y' }"
    )
    book = one(tmp_path, body, bad='["El gato en la mesa de la casa."]')
    assert len(found(book, "Bienvenidos a la casa de la policía. Hello.")) == 1
    assert found(book, "Feliz año! The party is on the green.") == []
    both = "Café el martes a las 10 en la biblioteca."
    assert found(book, "Coffee on Tuesday at 10 in the library, for all. " + both) == []
    assert len(found(book, "Coffee at 10 in the library, for all of the town. " + both)) == 1


@pytest.mark.parametrize(("languages", "count"), [(("en", "es"), 1), (("es",), 0)])
def test_english_is_not_asked_of_a_department_that_does_not_write_it(
    tmp_path: Path, languages: tuple[str, ...], count: int
) -> None:
    body = "kind = 'language'\nfewest = 5\nenglish = 'the on at'\nlanguages = { es = 'el la en de a las y' }"
    text = "El gato en la mesa de la casa."
    book = one(tmp_path, body, bad=f'["{text}"]')
    department = DEPARTMENT.model_copy(update={"languages": languages})
    assert len(screen(parse({"text": text}), department, book, date(2026, 11, 20))) == count


def test_hard_reading_is_told_and_points_at_the_worst(tmp_path: Path) -> None:
    hard = "Organizational considerations necessitate comprehensive interdepartmental communication."
    book = one(tmp_path, "kind = 'grade'\nmost = 9\nfewest = 5", bad=f'["{hard}"]')
    assert evidence(book, f"We ran. {hard} We sat.") == [hard]
    assert evidence(book, "We ran and the dog ran too.") == []
