"""The first part of the year: the seizure, two valuations, and who is to auction it."""

from tests.journeys.year import OFFICER, REVALUED, Year

CASE = "500/QĐ-CTHADS"
VALUE = 900_000_000
FIRM, HOUSE = "Công ty Thẩm định giá Năm Tròn", "DG-NAM-TRON"
TOLD = "Ông Vũ Văn Nợ (nhân vật giả định)\nNgân hàng Giả"


def seizes(year: Year) -> None:
    opened = {"kind": "on_request", "decision_number": CASE, "decision_on": year.day(-30)}
    names = {"debtor_name": "Ông Vũ Văn Nợ (nhân vật giả định)", "creditor_name": "Ngân hàng Giả"}
    year.does("/cases/new", {**opened, **names})
    thing = {
        "case_number": CASE,
        "decision_on": year.day(),
        "kind": "vehicle",
        "description": "Xe ô tô tải Thaco, biển số 43C-555.55",
        "drawn_up.grounds": "Người phải thi hành án có điều kiện mà không tự nguyện thi hành.",
        "drawn_up.carried_out_at": f"{year.day()}T08:30",
    }
    officer = year.does("/assets/new", thing)
    year.ref = officer.page.url.rpartition("/")[2]
    minutes = {
        "case_number": CASE,
        "at": f"{year.day()}T09:00",
        "place": "Nhà của người phải thi hành án",
        "custody": "Giao kho của cơ quan bảo quản",
    }
    year.does(f"/assets/{year.ref}/seizures/minutes", minutes)
    custody = {key: minutes[key] for key in ("case_number", "at", "place")}
    custody["custodian"] = "Kho vật chứng của cơ quan"
    year.does(f"/assets/{year.ref}/seizures/custody", custody)


def values_it_twice(year: Year) -> None:
    """A contract, a certificate, the notice; a party asks once for another valuation."""
    price = f"/assets/{year.ref}/price"
    firm = {"name": FIRM, "list_number": "TDG-500", "province": "Minh Họa"}
    year.does("/valuation-firms/new", {**firm, "listed_from": "2024-01-02"})
    year.passes(2)
    concludes_a_contract(year, "1/HĐ-TĐG")
    year.passes(5)
    brings_the_certificate(year, "CT-501", VALUE)
    year.does(f"{price}/notice", {"told_on": year.day(), "told": TOLD})
    year.passes(2)
    asks = {
        "asked_by": "Ông Vũ Văn Nợ (nhân vật giả định)",
        "party": "debtor",
        "asked_on": year.day(),
        "document": "Đơn số 1",
        "advance": "5000000",
        "advance_receipt": "BL-1",
    }
    year.does(f"{price}/revaluation-request", asks)
    year.passes(2)
    concludes_a_contract(year, "2/HĐ-TĐG")
    year.passes(5)
    brings_the_certificate(year, "CT-502", REVALUED)
    year.does(f"{price}/notice", {"told_on": year.day(), "told": TOLD})
    year.sees(price, "CT-502", "1.000.000.000")


def concludes_a_contract(year: Year, number: str) -> None:
    page = year.who(OFFICER).page
    page.goto(f"/assets/{year.ref}/price/contract")
    firm = page.locator("[name=firm_id] option").filter(has_text=FIRM).get_attribute("value")
    assert firm is not None
    said = {"firm_id": firm, "number": number, "signed_on": year.day()}
    year.does(f"/assets/{year.ref}/price/contract", {**said, "fee": "8000000"})


def brings_the_certificate(year: Year, number: str, amount: int) -> None:
    said = {
        "certificate_number": number,
        "amount": str(amount),
        "valued_on": year.day(),
        "valid_until": year.day(180),
    }
    year.does(f"/assets/{year.ref}/price/certificate", said)


def finds_who_auctions_it(year: Year) -> None:
    """A lot, a call, points for the one that applies, and the contract with its clauses."""
    said = {"assets": year.ref, "description": "Xe ô tô tải Thaco, biển số 43C-555.55"}
    year.lot = year.does("/lots/new", said).page.url.rpartition("/")[2]
    house = {"name": "Công ty Đấu giá Năm Tròn", "code": HOUSE, "kind": "company"}
    listed = {"province": "Minh Họa", "listed_from": "2024-01-02"}
    year.does("/auctioneers/new", {**house, **listed})
    contracts_by_call(year)


def contracts_by_call(year: Year) -> None:
    call = {
        "starting_price": str(REVALUED),
        "site_on": year.day(),
        "portal_on": year.day(),
        "files_place": "Trụ sở cơ quan",
        "files_from": year.day(),
        "files_until": year.day(4),
    }
    officer = year.who(OFFICER)
    officer.goes_to(f"/lots/{year.lot}/calls/new")
    boxes = officer.page.locator("form [name^='title.'][name$='.0']")
    codes = [str(boxes.nth(n).get_attribute("name")).split(".")[1] for n in range(boxes.count())]
    for code in codes:
        call |= {f"title.{code}.0": f"Tiêu chí {code}", f"most.{code}.0": "10"}
    url = year.does(f"/lots/{year.lot}/calls/new", call).page.url
    path = url[len(year.served.address) :]
    year.passes(1)
    taken = {"organisation": HOUSE, "received_on": year.day()}
    year.does(path, taken, action=f"{path}/applicants")
    officer = year.who(OFFICER)
    officer.goes_to(path)
    cells = officer.page.locator("form [name^='p.']")
    points = {str(cells.nth(n).get_attribute("name")): "9" for n in range(cells.count())}
    fit = officer.page.locator("[name^='fit.']").first.get_attribute("name")
    year.does(path, {**points, str(fit): "true"}, action=f"{path}/scores")
    year.passes(4)
    year.does(path, {"chosen": HOUSE, "chosen_on": year.day()}, action=f"{path}/choice")
    year.does(path, {"published_on": year.day()}, action=f"{path}/result")
    signed = {
        "way": "chosen",
        "organisation": HOUSE,
        "number": "12/HĐ-ĐG",
        "signed_on": year.day(),
        "starting_price": str(REVALUED),
        "form": "oral",
        "fee": "15000000",
        "vat_included": "yes",
        "pause_clause": "yes",
        "stop_clause": "yes",
    }
    contracts = f"/lots/{year.lot}/contracts"
    year.does(contracts, signed, action=f"{contracts}/signed")
