"""What an office has of money: a claim, a sale, its payout, a voucher; and what each act says."""

from typing import Any

from tests.journeys.acts import CAR, VALUE
from tests.journeys.rest import Story

Said = dict[str, dict[str, Any]]


def moneyed(story: Story, case: int) -> dict[str, Any]:
    """A claim, and frozen fish sold without auction, delivered and paid out in part."""
    claim = story.done("officer", f"/cases/{case}/claims", money_acts(story.day())["claims"])
    fish = {**CAR, "kind": "movable", "description": "Cá tra đông lạnh, 40 tấn"}
    ref = story.done("officer", "/seized-assets", fish)["reference"]
    story.done("officer", f"/assets/{ref}/pricing/facts", {"goods": "fresh"})
    value = {"method": "agreed", "amount": VALUE, "valued_on": story.day()}
    story.done("officer", f"/assets/{ref}/valuations", value)
    lot = story.done("officer", "/lots", {"assets": [ref], "description": "Cá bán trực tiếp"})
    sold = {
        "lot": lot["reference"],
        "way": "direct",
        "buyer": "Bà Mua",
        "price": VALUE,
        "sold_on": story.day(),
        "document": "1/BB",
        "announced_on": story.day(-7),
        "announcement": "1/TB",
        "procuracy_told_on": story.day(-7),
        "procuracy_notice": "2/TB",
    }
    sale = story.done("officer", "/sales", sold)["sale"]["id"]
    acts = money_acts(story.day())
    story.done("accountant", f"/sales/{sale}/receipts", acts["receipts"])
    for act in ("delivery-decision", "delivery"):
        story.done("officer", f"/sales/{sale}/{act}", acts[act])
    payout = story.done("officer", f"/sales/{sale}/payouts", {})["payout"]["id"]
    approved = story.done("head", f"/payouts/{payout}/approval")
    line = approved["lines"][0]["id"]
    voucher = story.done("accountant", f"/payout-lines/{line}/vouchers", acts["vouchers"])
    return {
        "claims": claim["claim"]["id"],
        "sales": sale,
        "payouts": payout,
        "payout-lines": line,
        "shares": line,
        "vouchers": voucher["id"],
    }


def money_acts(day: str) -> Said:
    """What each act on a claim, a sale and a payout says, by the end of its path."""
    paper = {"document": "1/BB"}
    return {
        "claims": {
            "kind": "other",
            "creditor": "Ngân hàng",
            "principal": "1000000",
            "granted_on": day,
            "asked_on": day,
        },
        "changes": {"kind": "interest", "interest": "5", "happened_on": day, **paper},
        "asking": {"asked_on": day, **paper},
        "held-return": {"assets": ["TS-1"], "decision_number": "1/QĐ", "decision_on": day},
        "reversal": paper,
        "extension": {"until": day, "parties_agree": True, "buyer_agrees": True, **paper},
        "default": {"cancelled_on": day, **paper},
        "delivery-decision": {"decided_on": day},
        "delivery": {"delivered_on": day},
        "notes": {"kind": "obstructed", "happened_on": day, "words": "Cản trở"},
        "annulment": {"ground": "agreed", "cancelled_on": day, **paper},
        "settlement": {"settled_on": day, **paper},
        "receipts": {"amount": VALUE, "received_on": day, **paper},
        "term-deposit": {"bank": "BIDV", "deposited_on": day, **paper},
        "interest": {"amount": "5", "from_on": day, "to_on": day, **paper},
        "refunds": {"amount": "5", "returned_on": day, **paper},
        "payouts": {},
        "payouts/time": {"until": day, **paper},
        "payouts/rest": {"told_on": day, **paper},
        "approval": {},
        "vouchers": {"number": "PC-1", "way": "transfer", "paid_on": day},
        "counter-voucher": {"number": "PC-2"},
        **share_acts(day),
    }


def share_acts(day: str) -> Said:
    """What each act on money that was not fetched says, by the end of its path."""
    paper = {"document": "1/BB"}
    return {
        "payee-notice": {"told_on": day, **paper},
        "keeping": {"number": "GTK-1", "kept_as": "savings", "deposited_on": day},
        "kept-interest": {"amount": "5", "paid_on": day, **paper},
        "fetching": {"fetched_on": day, "receiver": "Bà Nhận", **paper},
        "forfeiture": {"decided_on": day, **paper},
        "budget-payment": {"remitted_on": day, **paper},
        "/shares/refund-request": {
            "asked_on": day,
            "annulled_by": "9/QĐ",
            "finance_body": "Sở Tài chính",
            **paper,
        },
        "refund-receipt": {"refunded_on": day, **paper},
    }
