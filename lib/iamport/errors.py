"""What can go wrong with a read. Facts only, never a secret; the words are in `lib.text.sentences`.

IamportError
  ├ Unreachable     nothing arrived: no connection, no answer in time; safe to read again
  ├ HttpError       an HTTP status without i'mport's envelope (a proxy spoke): http_status
  ├ Refused         i'mport's own refusal: http_status, iamport_code, message_ko
  │   ├ NotFound    no such payment
  │   ├ WrongKey    401 for the key pair
  │   └ AddressBlocked  403, or 401 with a good key: allow this server's address in the console
  └ BadAnswer       arrived, but is not what the contract says
      └ OddPayment  a payment in it cannot be understood: imp_uid, why
"""

from __future__ import annotations

from lib.errors import DeskError


class IamportError(DeskError):
    """Root of all that i'mport, or the way to it, may answer to a read."""

    code = "iamport"


class Unreachable(IamportError):
    """Nothing arrived. Facts: `url` (host only), `why`."""

    code = "unreachable"


class HttpError(IamportError):
    """An HTTP status without the envelope. Facts: `http_status`."""

    code = "http"


class BadAnswer(IamportError):
    """The body is not i'mport's envelope, or not of the promised shape. Facts: `why`."""

    code = "bad_answer"


class OddPayment(BadAnswer):
    """A payment's record cannot be understood. Facts: `imp_uid`, `why` (the field and what is wrong, no personal data)."""

    code = "odd_payment"


class Refused(IamportError):
    """i'mport says no. Facts: `http_status`, `iamport_code`, `message_ko`."""

    code = "iamport_refused"


class NotFound(Refused):
    """No such payment."""

    code = "not_found"


class WrongKey(Refused):
    """The key pair is not accepted."""

    code = "wrong_key"


class AddressBlocked(Refused):
    """This server's address is not on the console's list."""

    code = "address_blocked"
