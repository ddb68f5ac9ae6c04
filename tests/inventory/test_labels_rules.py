"""What a scan is read as, and where labels lie on their paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.base.errors import Invalid
from inventory.base.references import reference
from inventory.labels.rules import (
    A4,
    LabelKind,
    MistypedCode,
    Paper,
    check_start,
    format_of,
    formats,
    pages_of,
    place_reference,
    qr_text,
    read_code,
    spots,
)

CAR = reference("TS", 123)
SHELF = place_reference(7)


@pytest.mark.parametrize(
    "text",
    [
        CAR,
        CAR.lower(),
        f"  {CAR} \n",
        CAR.replace("-", ""),
        CAR.replace("-", " "),
        CAR.replace("-", "\u2013"),
        f"ts-123-{CAR[-1]}",
        f"https://kho.thads.gov.vn/L/0042/{CAR}",
        f"HTTPS://KHO.THADS.GOV.VN/L/0042/{CAR}/",
        f"L/0042/{CAR}",
        f"/l/0042/{CAR.lower()}",
        f"half a word https://kho.vn/L/0042/{CAR}",
        f"httpsĐ//kho.thád.gov.vn/L/0042/{CAR}",
    ],
)
def test_a_number_is_read_however_it_is_typed_or_scanned(text: str) -> None:
    code = read_code(text)

    assert code is not None
    assert (code.kind, code.number, code.reference) == (LabelKind.ASSET, 123, CAR)
    assert code.mark == ("0042" if "0042" in text else None)


@pytest.mark.parametrize(
    "text",
    ["", "xe ô tô", "43C-118.27", "TS-0000123", "TS", "DG-0000001-9", "8934588012228", "ts9"],
)
def test_words_and_codes_of_others_are_left_to_the_search(text: str) -> None:
    assert read_code(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"{CAR[:-1]}{(int(CAR[-1]) + 1) % 10}",
        CAR.replace("0123", "1023"),
        f"https://kho.vn/L/0042/{CAR.replace('123', '124')}",
        f"https://kho.vn/L/0042/{CAR[:-4]}",
        "https://kho.vn/L/0042/XX-0000123-9",
    ],
)
def test_a_number_with_a_wrong_digit_is_refused_in_words(text: str) -> None:
    with pytest.raises(MistypedCode):
        read_code(text)


@given(st.integers(1, 10**9), st.data())
def test_no_single_wrong_digit_leads_to_another_thing(number: int, data: st.DataObject) -> None:
    right = reference("TS", number)
    at = data.draw(st.sampled_from([i for i, letter in enumerate(right) if letter.isdigit()]))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != right[at]]))
    typed = f"{right[:at]}{wrong}{right[at + 1 :]}"

    with pytest.raises(MistypedCode):
        read_code(typed)


def test_a_place_s_label_has_a_prefix_of_its_own() -> None:
    code = read_code(SHELF)

    assert code is not None
    assert (code.kind, code.number) == (LabelKind.PLACE, 7)


def test_a_label_holds_an_address_in_the_small_alphabet_of_codes() -> None:
    text = qr_text("https://kho.thads.gov.vn:8443", "0042", CAR)

    assert text == f"HTTPS://KHO.THADS.GOV.VN:8443/L/0042/{CAR}"
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_without_a_public_address_the_path_alone_is_found_again() -> None:
    code = read_code(qr_text("", "0042", SHELF))

    assert code is not None
    assert (code.reference, code.mark) == (SHELF, "0042")


@pytest.mark.parametrize("code", formats())
def test_every_label_lies_wholly_on_its_page_and_beside_its_neighbours(code: str) -> None:
    fmt = format_of(code)
    width, height = fmt.page
    corners = [(spot.left, spot.top) for spot in spots(fmt, 1, fmt.each)]

    assert len(set(corners)) == fmt.each
    assert all(left + fmt.width <= width + 0.01 for left, _top in corners)
    assert all(top + fmt.height <= height + 0.01 for _left, top in corners)
    assert fmt.columns == 1 or fmt.across >= fmt.width
    assert fmt.rows == 1 or fmt.down >= fmt.height
    assert (fmt.page == A4) == (fmt.paper is Paper.SHEET)


def test_a_partly_used_sheet_is_used_up_before_the_next() -> None:
    fmt = format_of("a4-24")
    found = list(spots(fmt, 23, 4))

    assert [spot.page for spot in found] == [0, 0, 1, 1]
    assert (found[0].left, found[0].top) == pytest.approx((7.2 + 66.05, 12.9 + 7 * 33.9))
    assert (found[2].left, found[2].top) == (7.2, 12.9)
    assert pages_of(fmt, 23, 4) == 2


def test_a_sheet_begins_on_one_of_its_labels_and_a_size_is_one_of_the_list() -> None:
    check_start(format_of("a4-24"), 24)
    with pytest.raises(Invalid):
        check_start(format_of("a4-24"), 25)
    with pytest.raises(Invalid):
        check_start(format_of("roll-50x30"), 2)
    with pytest.raises(Invalid):
        format_of("a3-1")
