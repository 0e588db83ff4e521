"""Virtual accounts: who has yet to pay, what is over, what fell back; and cash that has no receipt."""

from lib.queries.vbanks import Group
from lib.ui import listing, periods, virtual_accounts, visit
from lib.ui.heads import head

here = visit.required()
t = here.t
chosen = virtual_accounts.chosen()
period = listing.default_period(here)

with head(t("Virtual accounts")):
    if chosen == virtual_accounts.RECEIPT:
        period = periods.days(t, period, key="receipt_days")
counted = virtual_accounts.sums(here, period)
virtual_accounts.tabs(here, counted)
virtual_accounts.under_way(here)
if chosen == virtual_accounts.RECEIPT:
    virtual_accounts.receiptless(here, period, counted[chosen])
else:
    virtual_accounts.accounts(here, Group(chosen), counted[chosen])
