"""Pages of our own on which a payment window opens: a trial's (`/checkout/run/…`) and a payment link's (`/pay/…`).

They stand outside Streamlit, know nobody who is signed in, and are allowed one script from outside: iamport.js.
"""
