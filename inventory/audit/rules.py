"""Codes of the acts that this package records; a code once used is never given another meaning."""

from enum import StrEnum

from inventory.base.messages import _, labels


class Act(StrEnum):
    """What was done, as ``room.noun.act``."""

    OFFICE_ADDED = "organisation.office.added"
    OFFICE_ENDED = "organisation.office.ended"
    OFFICES_LOADED = "organisation.offices.loaded"
    STAFF_ADDED = "organisation.staff.added"
    STAFF_APPOINTED = "organisation.staff.appointed"
    PAPER_ISSUED = "papers.paper.issued"
    KEEPER_APPOINTED = "keepers.keeper.appointed"
    KEEPER_COUNTED = "keepers.change.counted"
    KEEPER_SIGNED = "keepers.change.signed"
    KEEPER_CHANGED = "keepers.keeper.changed"
    KEEPER_RELIEVED = "keepers.keeper.relieved"
    ORDER_REQUESTED = "orders.order.requested"
    ORDER_SIGNED = "orders.order.signed"
    ORDER_REFUSED = "orders.order.refused"
    ORDER_WITHDRAWN = "orders.order.withdrawn"
    ORDER_CHECKED = "orders.order.checked"
    ORDER_HANDED_OVER = "orders.order.handed_over"
    ORDER_SLIP_WRITTEN = "orders.order.slip_written"
    SIGNING_DELEGATED = "orders.signing.delegated"
    DELEGATION_ENDED = "orders.delegation.ended"
    IMPEDIMENT_RAISED = "custody.impediment.raised"
    IMPEDIMENT_LIFTED = "custody.impediment.lifted"
    CASE_NOTIFIED = "cases.case.notified"
    CASE_OPENED = "cases.case.opened"
    PLACE_ADDED = "warehouses.place.added"
    PLACE_CLOSED = "warehouses.place.closed"
    ASSET_REGISTERED = "assets.asset.registered"
    ASSET_SEIZED = "seizures.asset.seized"
    SEIZURE_RELEASED = "seizures.asset.released"
    SEIZURE_RENUMBERED = "seizures.asset.renumbered"
    ASSET_HELD = "evidence.asset.held"
    HOLD_ENDED = "evidence.hold.ended"
    SEAL_APPLIED = "seals.seal.applied"
    SEAL_CHECKED = "seals.seal.checked"
    SEAL_OPENED = "seals.seal.opened"
    SEAL_CONCLUDED = "seals.damage.concluded"
    SPECIAL_MARKED = "specials.asset.marked"
    CASH_COUNTED = "specials.cash.counted"
    CUSTODY_CONTRACTED = "outside.contract.recorded"
    CUSTODY_CHECKED = "outside.custody.checked"
    CUSTODY_CONTRACT_ENDED = "outside.contract.ended"
    MISMATCH_ANSWERED = "evidence.mismatch.answered"
    RELEASE_HOUR_FIXED = "evidence.release.fixed"
    FILE_ATTACHED = "attachments.file.attached"
    FILE_WITHDRAWN = "attachments.file.withdrawn"
    ASSET_TAKEN_IN = "custody.asset.taken_in"
    ASSET_MOVED = "custody.asset.moved"
    ASSET_RELEASED = "custody.asset.released"
    LABELS_PRINTED = "labels.run.printed"
    COUNTS_PLANNED = "stocktakes.plan.made"
    STOCKTAKE_OPENED = "stocktakes.stocktake.opened"
    FIRST_COUNT_ENDED = "stocktakes.first_count.ended"
    DIFFERENCE_SEARCHED = "stocktakes.difference.searched"
    DIFFERENCE_DECIDED = "stocktakes.difference.decided"
    DEVICE_GIVEN_UP = "stocktakes.device.given_up"
    FOUND_AGAIN = "stocktakes.missing.found"
    MISSING_SEARCHED = "losses.case.searched"
    MISSING_DECIDED = "losses.case.decided"
    WRITTEN_OFF = "losses.asset.written_off"
    WRITE_OFF_REVERSED = "losses.write_off.reversed"
    STOCKTAKE_SIGNED = "stocktakes.stocktake.signed"
    STOCKTAKE_CLOSED = "stocktakes.stocktake.closed"
    STOCKTAKE_ABANDONED = "stocktakes.stocktake.abandoned"
    HANDOVER_OFFERED = "handovers.offer.made"
    HANDOVER_ANSWERED = "handovers.offer.answered"
    HANDOVER_WITHDRAWN = "handovers.offer.withdrawn"
    HANDOVER_EXPIRED = "handovers.offer.expired"
    TRANSFER_SENT = "handovers.transfer.sent"
    TRANSFER_RECEIVED = "handovers.transfer.received"
    TRANSFER_TAKEN_BACK = "handovers.transfer.taken_back"
    LOAN_GIVEN = "handovers.loan.given"
    LOAN_CONTACTED = "handovers.loan.contacted"
    LOAN_REMINDED = "handovers.loan.reminded"
    LOAN_EXTENDED = "handovers.loan.extended"
    LOAN_RETURNED = "handovers.loan.returned"
    ASSET_HANDED_OVER = "custody.asset.handed_over"
    ASSET_SENT = "custody.asset.sent"
    ASSET_ARRIVED = "custody.asset.arrived"
    ASSET_LENT = "custody.asset.lent"
    ASSET_RETURNED = "custody.asset.returned"
    ASSET_WRITTEN_OFF = "custody.asset.written_off"
    DISPOSAL_DECIDED = "disposals.disposal.decided"
    DISPOSAL_STEPPED = "disposals.disposal.stepped"
    DISPOSAL_ENDED = "disposals.disposal.ended"
    HEAD_SEALED = "notary.head.sealed"
    KEY_CHANGED = "notary.key.changed"
    REGISTER_CLOSED = "registers.quarter.closed"
    REGISTER_SIGNED = "registers.quarter.signed"
    BOOK_RECONCILED = "backlog.book.reconciled"
    CHECK_RECORDED = "warehouse_checks.check.recorded"


labels(
    {
        Act.OFFICE_ADDED: _("Office added"),
        Act.OFFICE_ENDED: _("Office ended"),
        Act.OFFICES_LOADED: _("Offices loaded"),
        Act.STAFF_ADDED: _("Member of staff added"),
        Act.STAFF_APPOINTED: _("Appointed"),
        Act.PAPER_ISSUED: _("Paper issued"),
        Act.KEEPER_APPOINTED: _("Keeper appointed"),
        Act.KEEPER_COUNTED: _("Joint count at a change of keeper"),
        Act.KEEPER_SIGNED: _("Joint count signed"),
        Act.KEEPER_CHANGED: _("Access went to the next keeper"),
        Act.KEEPER_RELIEVED: _("Keeper relieved"),
        Act.ORDER_REQUESTED: _("Warehouse order requested"),
        Act.ORDER_SIGNED: _("Warehouse order signed"),
        Act.ORDER_REFUSED: _("Warehouse order refused"),
        Act.ORDER_WITHDRAWN: _("Warehouse order withdrawn"),
        Act.ORDER_CHECKED: _("Checked before release"),
        Act.ORDER_HANDED_OVER: _("Hand-over minutes written"),
        Act.ORDER_SLIP_WRITTEN: _("Slip written"),
        Act.SIGNING_DELEGATED: _("Signing of warehouse orders delegated"),
        Act.DELEGATION_ENDED: _("Delegation ended"),
        Act.IMPEDIMENT_RAISED: _("Impediment raised"),
        Act.IMPEDIMENT_LIFTED: _("Impediment lifted"),
        Act.CASE_OPENED: _("Case opened"),
        Act.CASE_NOTIFIED: _("Debtor told of the decision"),
        Act.PLACE_ADDED: _("Place added"),
        Act.PLACE_CLOSED: _("Place closed"),
        Act.ASSET_REGISTERED: _("Asset registered"),
        Act.ASSET_SEIZED: _("Asset seized"),
        Act.SEIZURE_RELEASED: _("Seizure released"),
        Act.SEIZURE_RENUMBERED: _("Decision of a seizure replaced"),
        Act.ASSET_HELD: _("Held as evidence"),
        Act.HOLD_ENDED: _("Holding as evidence ended"),
        Act.SEAL_APPLIED: _("Sealed"),
        Act.SEAL_CHECKED: _("Seal looked at"),
        Act.SEAL_OPENED: _("Seal opened"),
        Act.SEAL_CONCLUDED: _("Conclusion on a damaged seal recorded"),
        Act.SPECIAL_MARKED: _("Marked as a special kind"),
        Act.CASH_COUNTED: _("Cash counted"),
        Act.CUSTODY_CONTRACTED: _("Given into custody outside"),
        Act.CUSTODY_CHECKED: _("Outside custody checked"),
        Act.CUSTODY_CONTRACT_ENDED: _("Contract of outside custody ended"),
        Act.MISMATCH_ANSWERED: _("Answer on a mismatch recorded"),
        Act.RELEASE_HOUR_FIXED: _("Day and hour of release fixed"),
        Act.FILE_ATTACHED: _("Picture or file added"),
        Act.FILE_WITHDRAWN: _("Picture or file withdrawn"),
        Act.ASSET_TAKEN_IN: _("Taken into a place"),
        Act.ASSET_MOVED: _("Moved to another place"),
        Act.ASSET_RELEASED: _("Released from custody"),
        Act.LABELS_PRINTED: _("Labels printed"),
        Act.COUNTS_PLANNED: _("Counts planned"),
        Act.STOCKTAKE_OPENED: _("Stocktake opened"),
        Act.FIRST_COUNT_ENDED: _("First count ended"),
        Act.DIFFERENCE_SEARCHED: _("Difference looked into by a second counter"),
        Act.DIFFERENCE_DECIDED: _("Difference decided"),
        Act.DEVICE_GIVEN_UP: _("Counting device given up"),
        Act.FOUND_AGAIN: _("Missing thing found again"),
        Act.MISSING_SEARCHED: _("Missing thing searched"),
        Act.MISSING_DECIDED: _("Missing thing decided on"),
        Act.WRITTEN_OFF: _("Missing thing written off"),
        Act.WRITE_OFF_REVERSED: _("Write-off taken back"),
        Act.STOCKTAKE_SIGNED: _("Stocktake signed"),
        Act.STOCKTAKE_CLOSED: _("Stocktake closed"),
        Act.STOCKTAKE_ABANDONED: _("Stocktake abandoned"),
        Act.HANDOVER_OFFERED: _("Things offered"),
        Act.HANDOVER_ANSWERED: _("Offer answered"),
        Act.HANDOVER_WITHDRAWN: _("Offer withdrawn"),
        Act.HANDOVER_EXPIRED: _("Offer expired"),
        Act.TRANSFER_SENT: _("Transfer sent"),
        Act.TRANSFER_RECEIVED: _("Transfer received"),
        Act.TRANSFER_TAKEN_BACK: _("Things of a transfer taken back"),
        Act.LOAN_GIVEN: _("Given out for a time"),
        Act.LOAN_CONTACTED: _("Borrower contacted"),
        Act.LOAN_REMINDED: _("Return reminded of"),
        Act.LOAN_EXTENDED: _("Time of return extended"),
        Act.LOAN_RETURNED: _("Return recorded"),
        Act.ASSET_HANDED_OVER: _("Handed over"),
        Act.ASSET_SENT: _("Sent, on its way"),
        Act.ASSET_ARRIVED: _("Arrived"),
        Act.ASSET_LENT: _("Given out for a time"),
        Act.ASSET_RETURNED: _("Came back"),
        Act.ASSET_WRITTEN_OFF: _("Left the books"),
        Act.DISPOSAL_DECIDED: _("Disposal decided"),
        Act.DISPOSAL_STEPPED: _("Step of a disposal"),
        Act.DISPOSAL_ENDED: _("Disposal ended"),
        Act.HEAD_SEALED: _("Head signed"),
        Act.KEY_CHANGED: _("Signing key changed"),
        Act.REGISTER_CLOSED: _("Register closed"),
        Act.REGISTER_SIGNED: _("Closing of the register signed"),
        Act.BOOK_RECONCILED: _("Paper book compared"),
        Act.CHECK_RECORDED: _("Warehouse inspected"),
    }
)
