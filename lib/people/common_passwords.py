"""Passwords that everybody tries first: the long ones of the public lists, and short ones made long by what follows."""

from __future__ import annotations

COMMON = frozenset(
    (
        "1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc q1w2e3r4t5y6 "
        "qwertyuiop12 qwertyuiop123 qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm qwerty123456 qwerty1234567 "
        "asdfghjkl123 zxcvbnm12345 zaq12wsxcde3 qazwsxedcrfv qwer1234qwer qwer1234asdf asdf1234asdf abcd1234abcd "
        "abc123abc123 abcdefghijkl abcdefghijklmnopqrstuvwxyz 123456789abc 1234567890ab a1b2c3d4e5f6 aa1234567890 "
        "123456789012 1234567890123 12345678901234 0123456789012 098765432109 987654321012 121212121212 123123123123 "
        "123321123321 112233445566 010101010101 unbelievable correcthorsebatterystaple trustno1trustno1 "
        "letmeinletmein opensesame123 mypassword12 thisisapassword yourpassword passwordpassword secretpassword "
        "dlatlqlalfqjsgh dkssudgktpdy tkfkdgody123 gkstkfkd1234"  # Korean typed on an English keyboard
    ).split()
)
FIRST_WORDS = frozenset(
    (
        "password passw0rd p@ssword p@ssw0rd pass passwort qwerty qwer asdf zxcv qwertyuiop 1q2w3e4r iloveyou welcome "
        "changeme letmein admin administrator root user guest test tester testtest default secret master manager "
        "monkey dragon sunshine princess football baseball superman login abc abcd abcdef korea seoul sarang saranghae "
        "tkfkdgo dkssud qlalfqjsgh rlaalstn paydesk portone iamport import kicc easypay 비밀번호 관리자 사랑해"
    ).split()
)
TAIL = "0123456789!@#$%^&*()-_=+.,?~ "


def known_to_everyone(password: str) -> bool:
    """Whether a password is one of these, or one of the first words with digits and signs behind or before it."""
    plain = password.casefold()
    return plain in COMMON or plain.strip(TAIL) in FIRST_WORDS | {""} or len(set(plain)) < 4
