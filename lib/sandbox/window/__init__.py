"""The payment window: what i'mport's JavaScript SDK and KICC's own window do before an API call is ever made.

`iamport.js` asks to open; `parameters` says what is wrong with the wish, `opened` keeps the windows and lets each be
decided once, `means` is what a window offers, `outcome` what a decision makes of the payment and tells the page,
`confirming` asks the shop first, `routes` is the way in. The .html, .css and .js files beside them are what browsers get.
"""

from __future__ import annotations

from lib.sandbox.window.opened import Windows
from lib.sandbox.window.routes import routes

__all__ = ["Windows", "routes"]
