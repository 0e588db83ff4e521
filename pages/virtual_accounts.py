"""Virtual accounts: who has yet to pay, what is over, what fell back; and receipts of cash, missing or left standing."""

from lib.queries.vbanks import Group
from lib.ui import following, listing, periods, receipt_lists, virtual_accounts, visit
from lib.ui.heads import head

here = visit.required()
t = here.t
seen = following.mark(here)
chosen = virtual_accounts.chosen()
period = listing.default_period(here)

with head(t("Virtual accounts")):
    if chosen == receipt_lists.RECEIPT:
        period = periods.days(t, period, key="receipt_days")
counted = virtual_accounts.sums(here, period)
virtual_accounts.tabs(here, counted)
virtual_accounts.under_way(here)
if chosen == receipt_lists.RECEIPT:
    receipt_lists.receiptless(here, period, counted[chosen])
elif chosen == receipt_lists.STANDING:
    receipt_lists.standing(here, counted[chosen])
else:
    virtual_accounts.accounts(here, Group(chosen), counted[chosen])
following.totals_moved(here, seen)
