"""T0: a small model of refunds on one payment, searched breadth-first and completely: every interleaving at a scope.

Two agents, somebody who cancels outside, the resolver, sync, a person who decides by the truth; at most as many sends as
the scope says. Between any two steps anything may die. What is judged is judged by the desk's own code (`desk`): its table
of moves, `classify`, `resolve`, `late`. Only what stands around them is abstract (`state`, `steps`): i'mport's history,
who has which page, which copies of a request are under way, and the time, which is told apart by the lag, the lease and
the quiet time alone. `search` visits every state, and holds the invariants in each.

Copies may stay under way for ever: a second customer's money must be safe even then. That nothing was called "not
refunded" and had run is held for what ran within the quiet time (A4).

Every refund and the cancellation outside have the same amount, which is the case that is hardest to tell apart.
"""
