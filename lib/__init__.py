"""Paydesk, top to bottom (each folder may import only what stands below it):

__main__      `python -m lib …`
screen        the one script that Streamlit reruns; alone in its folder, for that folder leads sys.path
web           our own HTTP: sign-in, exports, health, webhooks, pages that open a payment window, headers
commands      one file per verb
ui            Streamlit parts; `navigation` is the table of pages, `visit` says who is here
desk          opens the parts from settings and world, as one frozen record
reports       frame -> picture (`figures`), frame -> file (`workbooks`)
queries       what a person may see: actor + question -> frame, masked
operations    what a person may do, a file per kind
sync          brings payments here and keeps them true
journal       a money operation's life: table of moves, permit, classification, resolution, recovery
people        accounts, sessions, policy
audit         the chain: one function appends, one verifies
store         the only door to SQL
iamport       the only door to HTTP
payments      the core, no I/O: record, state, methods, days, arrival
sandbox       an offline i'mport; shares no rule with the rest, so that each checks the other
text          how a value becomes words: language, formats, escaping, masking, sentences
codes, settings, world, buckets, errors
"""
