"""Activity: who did what to which payment or account."""

from lib.ui import activity, visit
from lib.ui.heads import head

here = visit.required()

with head(here.t("Activity")):
    wanted = activity.days(here)
wanted = activity.filters(here, wanted)
activity.table(here, wanted)
