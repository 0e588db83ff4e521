"""Brings payments here and keeps them true: windows for what happened, a feed for changes, re-reading for the rest.

i'mport gives no change log. A list finds a payment by one time only, that of its final status, which moves when it is
cancelled; so a span is true when it was read whole once *and* every change since then was followed:

- `windows` reads spans whole, newest first, and checks each against the list's own `total`;
- `feed` follows changes: the newest span again, and the list by time of change until nothing is new;
- `stale` re-reads old payments that may still change;
- `period` does what a range of days needs; `worker` does all of it for ever, in one process of many;
- `intake` takes in a single payment, `hints` those that a webhook names; `status` tells how fresh everything is.

Everything may be killed at any point: pages are merged by `imp_uid`, a span counts as read after its last page.
"""
