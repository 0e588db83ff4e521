"""What is to be said of a payment window's parameters and of payment links, by code: (Korean, English)."""

from __future__ import annotations

from typing import Final

CHECKOUT_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "checkout_missing": ("{name} 값이 없습니다. KICC 결제에는 꼭 필요합니다.", "{name} is missing. KICC needs it."),
    "checkout_unknown": (
        "{name}은(는) KICC 결제창이 아는 파라미터가 아닙니다. 철자를 확인하세요.",
        "{name} is no parameter of KICC's window. Check its spelling.",
    ),
    "checkout_not_text": ("{name}은(는) 문자열이어야 합니다.", "{name} must be a string."),
    "checkout_not_number": (
        "{name}은(는) 따옴표 없는 정수여야 합니다. 문자열이면 결제창이 열리지 않습니다.",
        "{name} must be a whole number without quotes. A string opens no window.",
    ),
    "checkout_not_truth": ("{name}은(는) true 또는 false여야 합니다.", "{name} must be true or false."),
    "checkout_not_object": ("{name}은(는) 객체여야 합니다.", "{name} must be an object."),
    "checkout_not_list": ("{name}은(는) 배열이어야 합니다.", "{name} must be an array."),
    "checkout_too_long": ("{name}은(는) {longest}자까지입니다.", "{name} has at most {longest} characters."),
    "checkout_not_carried": (
        "{name}에 브라우저가 그대로 옮기지 못하는 글자나 숫자가 있습니다(짝 없는 서로게이트, NaN, 2⁵³ 이상).",
        "{name} holds letters or numbers that no browser carries as they are (half a surrogate pair, NaN, 2⁵³ and more).",
    ),
    "checkout_control": (
        "{name}에 줄바꿈이나 제어 문자가 있습니다.",
        "{name} holds a line break or a control character.",
    ),
    "checkout_telephone": (
        "buyer_tel은 전화번호여야 합니다. 010-1234-5678처럼 쓰세요.",
        "buyer_tel must be a telephone number. Write it like 010-1234-5678.",
    ),
    "checkout_currency": (
        "KICC 국내 결제는 원화(KRW)만 됩니다. currency를 빼세요.",
        "KICC's domestic payments are in KRW only. Leave currency out.",
    ),
    "checkout_amount_most": ("amount는 {most} 이하여야 합니다.", "amount must be {most} or less."),
    "checkout_pg_unknown": (
        "pg의 상점아이디가 이 가맹점의 KICC 채널에 없습니다.",
        "No KICC channel of this merchant has the MID in pg.",
    ),
    "checkout_channel_unknown": (
        "channelKey가 이 가맹점의 KICC 채널에 없습니다.",
        "channelKey is none of this merchant's KICC channels.",
    ),
    "checkout_channel_unread": (
        "포트원에서 채널 목록을 읽지 못해 이 채널이 있는지 확인하지 못했습니다.",
        "i'mport did not tell its channels, so whether this one exists could not be checked.",
    ),
    "checkout_billing_channel": (
        "{mid} 채널은 정기결제용이 아니어서 빌링키 발급창이 열리지 않습니다. 정기결제 채널을 고르세요.",
        "{mid} is no channel for recurring payments, so no billing-key window opens. Choose one that is.",
    ),
    "checkout_billing_doubt": (
        "{mid}이(가) 정기결제용으로 계약되었는지는 KICC만 압니다. 아니면 빌링키 발급창이 열리지 않습니다.",
        "Whether {mid} was agreed for recurring payments only KICC knows. If not, no billing-key window opens.",
    ),
    "checkout_confirm_here": (
        "샌드박스는 이 컴퓨터의 주소만 호출합니다. confirm_url을 http://localhost:…로 바꾸거나 빼세요.",
        "The sandbox calls this machine only. Set confirm_url to http://localhost:… or leave it out.",
    ),
    "checkout_code_default": (
        "채널을 정하지 않아 콘솔의 기본 채널로 열립니다. {name}을(를) 쓴 코드가 필요하면 채널을 정하세요.",
        "No channel is named, so the console's default opens. Name one to have code with {name}.",
    ),
    "checkout_code_unread": (
        "포트원에서 채널 목록을 읽지 못해 같은 채널의 {name} 값을 알 수 없습니다. 잠시 뒤 다시 보세요.",
        "i'mport did not tell its channels, so the {name} of this channel is not known. Look again in a moment.",
    ),
    "checkout_code_unknown": (
        "포트원의 채널 목록에 이 채널의 {name} 값이 없습니다. 적은 채널을 콘솔에서 확인하세요.",
        "i'mport's list of channels has no {name} for this channel. Check in the console what is written.",
    ),
    "checkout_code_several": (
        "적은 값에 맞는 채널이 여럿이라 {name} 값이 정해지지 않습니다. kicc.상점아이디나 channelKey로 하나를 정하세요.",
        "Several channels fit what is written, so there is no one {name}. Name one by kicc. and its MID, or by channelKey.",
    ),
    "checkout_pg": ("pg는 kicc 또는 kicc.상점아이디입니다.", "pg is kicc, or kicc. and the MID."),
    "checkout_both_channels": (
        "channelKey와 pg가 함께 있습니다. channelKey가 쓰입니다.",
        "Both channelKey and pg are set. channelKey counts.",
    ),
    "checkout_no_channel": (
        "채널을 정하지 않았습니다. 콘솔의 기본 채널로 열립니다. 채널이 여럿이면 channelKey를 쓰세요.",
        "No channel is named: the console's default opens. With several, name one by channelKey.",
    ),
    "checkout_amount": ("amount는 {floor} 이상이어야 합니다.", "amount must be {floor} or more."),
    "checkout_tax_free": (
        "tax_free는 0원에서 결제 금액 사이여야 합니다.",
        "tax_free lies between 0 and the amount.",
    ),
    "checkout_method": (
        "pay_method는 card, trans, vbank, phone 중 하나입니다.",
        "pay_method is card, trans, vbank or phone.",
    ),
    "checkout_digital": (
        "휴대폰 결제에는 digital(디지털 상품 여부)이 꼭 필요합니다. 수수료율이 달라집니다.",
        "Phone payments need digital (whether the goods are). The fee depends on it.",
    ),
    "checkout_customer": ("customer_uid가 비어 있습니다.", "customer_uid is empty."),
    "checkout_billing_card": ("빌링키는 카드로만 발급됩니다.", "A billing key is issued for a card only."),
    "checkout_billing_mid": (
        "customer_uid가 있으면 빌링키 발급창이 열립니다. 정기결제로 계약한 상점아이디가 필요하고, 금액은 표시만 되고 승인되지 않습니다.",
        "With customer_uid the billing-key window opens. It needs a MID agreed for billing; the amount is shown, not taken.",
    ),
    "checkout_product": (
        "kiccProducts {n}번째 상품의 {name} 값이 없거나 형식이 다릅니다.",
        "Product {n} of kiccProducts lacks {name}, or has it in another form.",
    ),
    "checkout_escrow_method": (
        "에스크로는 계좌이체와 가상계좌에서만 됩니다.",
        "Escrow goes with account transfer and virtual account only.",
    ),
    "checkout_escrow_needs": ("에스크로 결제에는 {name}이(가) 필요합니다.", "Escrow needs {name}."),
    "checkout_due": (
        "vbank_due 형식이 다릅니다. 2026-12-01 또는 2026-12-01 18:00:00처럼 쓰세요.",
        "vbank_due has another form. Write 2026-12-01 or 2026-12-01 18:00:00.",
    ),
    "checkout_due_past": ("vbank_due가 이미 지났습니다.", "vbank_due is over already."),
    "checkout_due_unused": ("vbank_due는 가상계좌에서만 쓰입니다.", "vbank_due is read for virtual accounts only."),
    "checkout_card_code": ("{name}이(가) 카드사 코드가 아닙니다.", "{name} is no code of a card company."),
    "checkout_quota": (
        "card.direct.quota는 0(일시불) 또는 2~{longest}개월입니다.",
        "card.direct.quota is 0 (one payment) or 2 to {longest} months.",
    ),
    "checkout_quota_amount": ("할부는 {most}부터 됩니다.", "Instalments begin at {most}."),
    "checkout_direct_mid": (
        "카드사 바로 열기는 KICC가 상점아이디에 허용한 경우에만 됩니다.",
        "Opening one card company at once works where KICC has allowed it for the MID.",
    ),
    "checkout_detail": (
        "card.detail은 card_code와 enabled(true/false)가 있는 객체의 배열입니다.",
        "card.detail is an array of objects with card_code and enabled (true or false).",
    ),
    "checkout_no_card": ("결제할 수 있는 카드가 하나도 남지 않습니다.", "No card is left to pay with."),
    "checkout_direct_and_detail": (
        "card.direct가 있으면 카드사를 고르는 화면이 없으므로 card.detail은 쓰이지 않습니다.",
        "With card.direct nobody chooses a card, so card.detail is not read.",
    ),
    "checkout_quotas": (
        "display.card_quota는 2~{longest}개월의 배열입니다. 빈 배열이면 일시불만 됩니다.",
        "display.card_quota is an array of months, 2 to {longest}. An empty one leaves one payment only.",
    ),
    "checkout_url": (
        "{name}은(는) http 또는 https 주소여야 합니다.",
        "{name} must be an http or https address.",
    ),
    "checkout_no_redirect": (
        "m_redirect_url이 없습니다. 모바일에서는 결제 후 돌아올 주소가 꼭 필요합니다.",
        "m_redirect_url is missing. On a phone the buyer needs it to come back.",
    ),
    "checkout_confirm": (
        "confirm_url은 포트원이 켜 주어야 동작합니다. 10초 안에 HTTP 200이 아니면 결제가 중단됩니다.",
        "confirm_url works once i'mport has switched it on. Anything but HTTP 200 within 10 s stops the payment.",
    ),
    "checkout_key_in": ("auth_mode는 key-in만 됩니다.", "auth_mode can be key-in only."),
    "checkout_cash": ("bypass.kicc.disp_cash_yn은 Y 또는 N입니다.", "bypass.kicc.disp_cash_yn is Y or N."),
    "checkout_not_json": (
        "{line}번째 줄 {column}번째 글자부터 JSON으로 읽을 수 없습니다. 따옴표와 쉼표를 확인하세요.",
        "From line {line}, character {column}, this is no JSON. Check quotes and commas.",
    ),
    "checkout_json_object": ("JSON 객체가 아닙니다. 중괄호로 감싸세요.", "This is no JSON object. Put it in braces."),
    "checkout_json_number": (
        "JSON에 쓸 수 없는 숫자가 있습니다(NaN, Infinity, 지나치게 큰 수).",
        "There is a number that JSON has not (NaN, Infinity, or far too large).",
    ),
    "checkout_json_long": (
        "JSON은 {longest}자까지입니다. 줄인 뒤 다시 하세요.",
        "The JSON may have {longest} characters. Shorten it.",
    ),
    "checkout_json_deep": (
        "객체와 배열이 {deepest}단계보다 깊습니다.",
        "Objects and arrays lie more than {deepest} deep in each other.",
    ),
    "checkout_trial_gone": (
        "이 시험은 끝났습니다. Paydesk에서 결제창을 다시 여세요.",
        "This trial is over. Open the window again from Paydesk.",
    ),
    "link_name": ("상품 이름을 1~40자로 입력하세요.", "Name the product in 1 to 40 characters."),
    "link_amount": (
        "결제 금액은 {floor} 이상 {most} 이하의 원 단위 정수입니다.",
        "The amount is a whole number of won between {floor} and {most}.",
    ),
    "link_tax_free": (
        "면세 금액은 0원에서 결제 금액 사이여야 합니다.",
        "The tax-free part lies between 0 and the amount.",
    ),
    "link_methods": ("결제 수단을 하나 이상 고르세요.", "Choose at least one way to pay."),
    "link_hours": ("유효 시간은 1~168시간입니다.", "A link lives 1 to 168 hours."),
    "link_amount_text": (
        "‘{value}’은(는) 원 단위 금액이 아닙니다. 30,000처럼 숫자만 입력하세요.",
        "‘{value}’ is not an amount in whole won. Type digits, such as 30,000.",
    ),
    "link_taken": (
        "이 주문번호의 링크는 다른 내용으로 이미 만들었습니다. 그 링크를 쓰거나 회수하고, 새 링크를 만드세요.",
        "This order number has a link on other terms already. Use that one or withdraw it, and make a new link.",
    ),
    "link_over": (
        "이미 결제된 링크라서 회수할 수 없습니다. 결제를 열어 확인하세요.",
        "This link was paid and cannot be withdrawn. Open its payment.",
    ),
    "link_wrong": (
        "이 주문과 맞지 않는 결제가 확인되어 결제 화면을 닫았습니다. 다시 결제하지 말고 판매자에게 문의하세요.",
        "A payment that does not match this order was found, so it is closed. Do not pay again; ask the shop.",
    ),
    "link_paid_amount": (
        "링크에서 요청한 것과 다른 금액 또는 통화로 결제되었습니다. 결제완료로 보지 말고 이 결제를 환불하세요.",
        "Another amount or currency was paid than the link asks for. Do not take it as paid; refund this payment.",
    ),
    "link_paid_twice": (
        "이미 결제된 링크에 또 결제되었습니다. 이 결제를 환불하세요.",
        "The link was paid already, and this was paid beside it. Refund this payment.",
    ),
    "link_paid_test": (
        "테스트 채널로 결제되어 돈이 들어오지 않았습니다. 결제완료로 보지 말고, 링크를 회수하고 새로 만드세요.",
        "It was paid on a test channel: no money came in. Do not take it as paid; withdraw the link and make another.",
    ),
    "link_paid_key": (
        "카드만 등록되고 결제되지 않았습니다. 결제완료로 보지 말고, 링크를 회수하고 새로 만드세요.",
        "A card was registered and nothing paid. Do not take it as paid; withdraw the link and make another.",
    ),
    "link_paid_late": (
        "링크를 회수한 뒤에 결제되었습니다. 주문을 진행하거나 이 결제를 환불하세요.",
        "It was paid after the link was withdrawn. Carry out the order, or refund this payment.",
    ),
    "link_paid_method": (
        "링크에서 고르지 않은 결제 수단으로 결제되었습니다. 주문을 진행하거나 이 결제를 환불하세요.",
        "It was paid by a method that the link does not offer. Carry out the order, or refund this payment.",
    ),
    "link_paid_channel": (
        "링크에서 고른 채널이 아닌 다른 채널(MID)로 결제되었습니다. 정산될 곳을 확인하고 주문을 진행하거나 이 결제를 환불하세요.",
        "It was paid through another channel (MID) than the link chose. See where it will be settled, then carry out the"
        " order, or refund this payment.",
    ),
    "link_account_over": (
        "이 링크로 더 받을 돈이 없는데 고객이 발급받은 가상계좌에 아직 입금할 수 있습니다. 이 가상계좌를 말소하세요.",
        "Nothing more is to be paid by this link, but money can still come into this virtual account. Close the account.",
    ),
    "link_account_long": (
        "가상계좌의 입금기한이 링크 유효 기한보다 늦습니다. 그때까지 기다리지 않으려면 이 가상계좌를 말소하세요.",
        "This virtual account is due later than the link ends. Close the account, unless you will wait that long.",
    ),
    "link_withdrawn": (
        "판매자가 이 결제 링크를 회수했습니다. 입금할 계좌를 받았더라도 입금하지 말고 판매자에게 문의하세요.",
        "The shop has withdrawn this payment link. If you were given an account, do not deposit; ask the shop.",
    ),
    "link_broken": (
        "결제 링크가 올바르지 않습니다. 받은 주소를 다시 확인하거나 판매자에게 문의하세요.",
        "This payment link is not right. Check the address you got, or ask the shop.",
    ),
    "link_expired": (
        "결제 링크의 유효 시간이 지났습니다. 판매자에게 새 링크를 요청하세요.",
        "This payment link has expired. Ask the shop for a new one.",
    ),
    "link_busy": ("요청이 많습니다. 잠시 후 다시 시도하세요.", "Too many requests. Try again in a moment."),
}
