"""The transitions of an asset's life as the law has them, written down apart from the program.

A line each: number | step | from | to | who | paper | limits that begin | limits that are met |
article until 30 June 2026 | article since. ``=`` is the state before. Sources and order are those
of the table of transitions of the law (steps 1-34); 0 is the receipt of evidence (L08 Art. 122,
D152/26 Art. 37), letters are parts of a step that the law tells apart.
"""

from typing import NamedTuple

LIVE = "seized pricing priced priority_offered contracted announced failed reduced"
OPEN = f"identified measured {LIVE} setoff_offered defaulted result_cancelled"


class Row(NamedTuple):
    """A transition."""

    number: str
    step: str
    origins: frozenset[str]
    to: str
    who: str
    paper: str
    starts: frozenset[str]
    meets: frozenset[str]
    old: str
    new: str


_TABLE = f"""
0 | held | none | held | office | biên bản giao nhận vật chứng, tài sản tạm giữ | | | L08 Art. 122, 123 | D152/26 Art. 37(2)
1 | identified | none held | identified | officer | biên bản xác minh điều kiện thi hành án | | verification_start | L08 Art. 44 | L25 Art. 37(1)
2 | provisional_measure | none held identified | measured | officer | quyết định phong tỏa, tạm dừng giao dịch hoặc tạm giữ tài sản | provisional_measure_decision provisional_to_coercion | | L08 Art. 66 | L25 Art. 66, 67, 68, 69
2b | measure_decided | measured | = | officer | quyết định phong tỏa, tạm dừng giao dịch hoặc tạm giữ tài sản, gửi ngay cho viện kiểm sát | | provisional_measure_decision | L08 Art. 66 | L25 Art. 66, 67, 68, 69
3 | seized_after_measure | measured | seized | officer | quyết định kê biên tài sản | valuation_contract_due | provisional_to_coercion | L08 Art. 66 | L25 Art. 66(4)
4 | seized | held identified | seized | officer | quyết định kê biên, biên bản kê biên tài sản | valuation_contract_due | | L08 Art. 88(1) | L25 Art. 78(1), 80(2)a
4b | seized_by_judgment | none held identified measured | seized | court | bản án, quyết định tuyên kê biên | valuation_contract_due | provisional_to_coercion | L08 Art. 88 | L25 Art. 60, 78(2)
4c | seized_on_the_spot | none held identified measured | seized | officer | quyết định kê biên bổ sung | valuation_contract_due | provisional_to_coercion | L08 Art. 88 | L25 Art. 80(3); D152/26 Art. 29(3), 54(6)
5 | given_into_custody | {LIVE} | = | officer | biên bản giao bảo quản tài sản | | | L08 Art. 58 | L25 Art. 40; D152/26 Art. 24
6 | price_agreed | seized | pricing | parties | biên bản thỏa thuận về giá | | valuation_contract_due | L08 Art. 98(1) | D152/26 Art. 60(1)
7 | valuation_contracted | seized pricing | pricing | officer | hợp đồng dịch vụ thẩm định giá | | valuation_contract_due revaluation_start | L08 Art. 98(2) | L25 Art. 82(1)a
8 | price_set_by_office | seized pricing | pricing | officer | biên bản xác định giá | | valuation_contract_due revaluation_start | L08 Art. 98(3); D62 Art. 26 | L25 Art. 82(1)b; D152/26 Art. 60(3)
9 | priced | pricing | priced | officer | chứng thư thẩm định giá, biên bản xác định giá | price_notice_due | valuation_contract_due revaluation_start | L08 Art. 98 | D152/26 Art. 60(6)
10 | revaluation | priced priority_offered contracted | pricing | party | đơn yêu cầu thẩm định giá lại | revaluation_start | revaluation_request_window | L08 Art. 99 | L25 Art. 82(2)c
11 | repricing | priced contracted failed reduced defaulted result_cancelled | pricing | officer | chứng thư hết hiệu lực hoặc kết luận vi phạm | revaluation_start | | L08 Art. 99(1)a | L25 Art. 82(2)b
12 | priority_offered | priced | priority_offered | officer | thông báo quyền ưu tiên mua | | priority_notice_due | L08 Art. 74(3) | L25 Art. 83(1)
12c | priority_offered_next | contracted announced failed reduced | = | officer | thông báo quyền ưu tiên mua ở lần đấu giá sau | | | L08 Art. 74(3) | L25 Art. 83(1); D152/26 Art. 63(1)
12b | bought_first | priced priority_offered contracted announced failed reduced | sold_paid | party | văn bản đồng ý mua, biên lai thu tiền | bank_deposit_if_undelivered | coowner_priority_first coowner_priority_next priority_pay next_round_target reduction_decision_due | L08 Art. 74(3) | L25 Art. 83(1); D152/26 Art. 63
13 | auction_contracted | priced priority_offered | contracted | officer | hợp đồng dịch vụ đấu giá tài sản | auction_hold_due | auction_contract_due fallback_auction_centre parties_name_organisation | L08 Art. 101(2) | L25 Art. 83(2)a
13b | sold_without_auction | priced priority_offered | sold_unpaid | officer | biên bản bán tài sản | | non_auction_sale gold_bar_sale_due | L08 Art. 101(4) | L25 Art. 83(2)b
13c | taken_by_agreement | priced priority_offered contracted announced failed reduced defaulted result_cancelled | sold_unpaid | parties | biên bản thỏa thuận giao tài sản để thi hành án | delivery_due_agreement | auction_contract_due reduction_decision_due next_round_target | L08 Art. 100(1) | L25 Art. 86(1)
14 | announced | contracted | announced | auction_organisation | niêm yết, thông báo công khai việc đấu giá | | next_round_target | PA16 Art. 35, 57 | PA16 Art. 35, 57
15 | auction_opened | announced | auction_day | auction_organisation | quy chế cuộc đấu giá, danh sách người đăng ký | | auction_hold_due | L08 Art. 101(2) | L25 Art. 83(2)a
16 | sold | auction_day | sold_unpaid | auctioneer | biên bản đấu giá | pay_due result_to_seller result_to_seller/dossier | | PA16 Art. 44, 45 | PA16 Art. 44, 45
17 | round_failed | auction_day | failed | auctioneer | thông báo đấu giá không thành | failure_notice_to_parties reduction_decision_due failed_papers_back | | PA16 Art. 52 | PA16 Art. 52
17b | failure_withdrawn | failed reduced | contracted | head | văn bản kết luận lần đấu giá không tính là không thành | | | PA16 Art. 52 | PA16 Art. 52
18 | failure_told | failed reduced announced | = | officer | thông báo kết quả đấu giá không thành | reduction_agreement_period | failure_notice_to_parties reduction_agreement_call | L08 Art. 104(1) | D152/26 Art. 65(6)
19 | price_reduced | failed defaulted | reduced | officer | quyết định giảm giá tài sản | next_round_target | reduction_decision_due reduction_decision_due_state_revenue reduction_agreement_call reduction_agreement_period | L08 Art. 104 | L25 Art. 83(3)
20 | offered_again | announced failed reduced defaulted result_cancelled | announced | officer | phụ lục hoặc hợp đồng mới, thông báo đấu giá mới | | next_round_target | PA16 Art. 35, 57 | PA16 Art. 35, 57
21 | setoff_accepted | failed reduced contracted | setoff_offered | creditor | văn bản đồng ý nhận tài sản để trừ vào tiền thi hành án | setoff_notify_debtor | setoff_creditor_answer | L08 Art. 104(2) | L25 Art. 83(3)
22 | setoff_paid | setoff_offered | sold_paid | creditor | biên lai, thông báo | | setoff_creditor_pay reduction_decision_due | L08 Art. 104(2) | D152/26 Art. 65(6), 66
22b | setoff_lapsed | setoff_offered | failed | officer | biên bản về việc không nộp tiền | reduction_decision_due | setoff_notify_debtor setoff_debtor_redeem setoff_creditor_pay | L08 Art. 104(2) | D152/26 Art. 65(6)
22c | setoff_corrected | sold_paid | sold_unpaid | officer | thông báo nộp phần tiền đã trừ vượt quá phần được hưởng | setoff_rest_pay | | JC11/16 Art. 7 | D152/26 Art. 65(6), 66
23 | returned_restricted | failed reduced | returned | officer | biên bản giao lại tài sản | not_yet_enforceable_decision | reduction_decision_due | L08 Art. 104(3) | L25 Art. 83(3)
23b | not_yet_enforceable | returned | unsold | head | quyết định về việc chưa có điều kiện thi hành án | | not_yet_enforceable_decision | L08 Art. 44a | L25 Art. 38(1)g
23c | seizure_recalled | {LIVE} | released | head | quyết định thu hồi quyết định kê biên | | | JC11/16 Art. 4(3) | D152/26 Art. 55(4), 65(7)a
24 | paid | sold_unpaid | sold_paid | buyer | chứng từ nộp tiền | bank_deposit_if_undelivered | pay_due setoff_rest_pay | D62 Art. 27(3) | D152/26 Art. 65(1)
25 | defaulted | sold_unpaid | defaulted | officer | văn bản hủy giao kết, hủy hợp đồng | | pay_due setoff_rest_pay | D62 Art. 27(5) | D152/26 Art. 65(5)
26 | put_on_deposit | sold_paid | = | office | gửi tiết kiệm kỳ hạn 01 tháng | | bank_deposit_if_undelivered | JC11/16 Art. 5(1) | D152/26 Art. 30(7)
27 | delivered | sold_paid | delivered | officer | quyết định giao tài sản, biên bản giao nhận tài sản | payout_due registration_file_due | delivery_due delivery_due_non_auction delivery_due_agreement bank_deposit_if_undelivered | D62 Art. 27(3) | D152/26 Art. 67(1)
28 | title_file | delivered paid_out | = | office | hồ sơ đăng ký chuyển quyền sở hữu, sử dụng | old_title_cancelled | registration_file_due | D62 Art. 28(2)b | D152/26 Art. 69
29 | paid_out | delivered | paid_out | accountant | bảng phân chia, phiếu chi, lệnh chuyển khoản | | payout_due | L08 Art. 47(5) | L25 Art. 54(6)
30 | redeemed | {OPEN} | redeemed | debtor | biên lai thu tiền | end_of_measure_decision | setoff_debtor_redeem reduction_decision_due next_round_target | L08 Art. 101(5) | L25 Art. 83(4)
30b | agreed | {OPEN} sold_unpaid sold_paid | agreed | parties | biên bản thỏa thuận thi hành án | end_of_measure_decision | reduction_decision_due next_round_target | L08 Art. 6 | D152/26 Art. 14(2)
31 | released | measured seized pricing priced priority_offered contracted announced failed reduced setoff_offered defaulted result_cancelled redeemed agreed | released | officer | quyết định giải tỏa kê biên | | end_of_measure_decision | L08 Art. 105 | L25 Art. 95(3)
32 | paused | announced auction_day | announced | officer | văn bản yêu cầu tạm dừng việc đấu giá | | | L08 Art. 48, 49 | L25 Art. 84(1)
33 | stopped | contracted announced auction_day | contracted | officer | văn bản yêu cầu dừng việc đấu giá | | | L08 Art. 50 | L25 Art. 84(2); D152/26 Art. 65(7)(8)
34 | result_cancelled | sold_unpaid sold_paid delivered paid_out | result_cancelled | court | quyết định, biên bản hủy kết quả đấu giá | | pay_due delivery_due delivery_due_non_auction delivery_due_agreement annulment_agreement | JC11/16 Art. 5(3) | PA16 Art. 72
"""  # noqa: E501 - a table is read line by line


def _row(line: str) -> Row:
    cells = [cell.strip() for cell in line.split("|")]
    number, step, origins, to, who, paper, starts, meets, old, new = cells
    return Row(
        number=number,
        step=step,
        origins=frozenset(origins.split()),
        to=to,
        who=who,
        paper=paper,
        starts=frozenset(starts.split()),
        meets=frozenset(meets.split()),
        old=old,
        new=new,
    )


TABLE = [_row(line) for line in _TABLE.strip().splitlines()]
NUMBERS = [str(number) for number in range(1, 35)]
"""The law's own numbering; every number stands in the table at least once."""
