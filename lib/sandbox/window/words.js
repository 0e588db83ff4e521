/* The words of the window and of the try-out shop, in Korean and English, and how amounts and times read in each. */

const WORDS = {
  ko: {
    window: "결제창",
    practice: "모의 결제 · 실제로 청구되지 않습니다",
    test_channel: "테스트 채널",
    switch: "English",
    close: "결제창 닫기",
    card: "카드 결제",
    trans: "실시간 계좌이체",
    vbank: "가상계좌",
    phone: "휴대폰 결제",
    billing: "카드 등록",
    order: "주문 정보",
    amount: "결제 금액",
    amount_shown: "이용 금액",
    no_charge: "카드만 등록하며 지금은 결제되지 않습니다.",
    merchant_uid: "주문번호",
    buyer: "구매자",
    taxed: "과세 금액",
    tax_free: "면세 금액",
    issuer: "카드사",
    which_card: "가상 카드",
    make_believe: "실제 카드 번호는 입력하지 않습니다. 가상 카드를 고르세요.",
    key_in: "카드 번호를 직접 입력하는 결제창(키인)입니다. 번호는 가상 카드로 채워집니다.",
    credit: "신용카드",
    check: "체크카드",
    quota: "할부",
    lump_sum: "일시불",
    months: "{n}개월",
    quota_from: "할부는 50,000원부터 가능합니다.",
    bank: "은행",
    vbank_bank: "입금할 은행",
    deadline: "입금 기한",
    receipt: "현금영수증",
    receipt_none: "신청 안 함",
    receipt_person: "소득공제 (개인)",
    receipt_business: "지출증빙 (사업자)",
    carrier: "통신사",
    MVNO: "알뜰폰",
    "LGU+": "LG U+",
    number: "휴대폰 번호",
    goods: "상품 종류",
    digital: "디지털 상품",
    physical: "실물 상품",
    escrow: "에스크로 (구매안전서비스)",
    escrow_more: "구매 확정 전까지 결제 금액이 안전하게 보관됩니다.",
    outcome: "결과 선택",
    outcome_hint: "개발자용: 결제 버튼을 눌렀을 때의 결과",
    approve: "승인",
    pay: "{amount} 결제하기",
    issue: "가상계좌 발급받기",
    register: "카드 등록하기",
    busy: "처리 중입니다…",
    paid: "결제가 완료되었습니다",
    issued: "가상계좌가 발급되었습니다",
    issued_more: "기한까지 아래 계좌로 정확한 금액을 입금하세요.",
    registered: "카드가 등록되었습니다",
    failed: "결제하지 못했습니다",
    account: "계좌번호",
    holder: "예금주",
    copy: "복사",
    copied: "복사됨",
    done: "확인",
    back: "쇼핑몰로 돌아갑니다.",
    may_close: "이 창을 닫아도 됩니다.",
    unreachable: "샌드박스에 연결할 수 없습니다. 다시 시도하세요.",
    more: "더 보기 +{n}",
  },
  en: {
    window: "Payment window",
    practice: "Practice payment · nothing is charged",
    test_channel: "Test channel",
    switch: "한국어",
    close: "Close the payment window",
    card: "Pay by card",
    trans: "Account transfer",
    vbank: "Virtual account",
    phone: "Pay by phone bill",
    billing: "Register a card",
    order: "Order",
    amount: "Amount",
    amount_shown: "Price",
    no_charge: "The card is only registered; nothing is paid now.",
    merchant_uid: "Order no.",
    buyer: "Buyer",
    taxed: "Taxable",
    tax_free: "Tax-free",
    issuer: "Card company",
    which_card: "Make-believe card",
    make_believe: "Never type a real card number. Choose a make-believe card.",
    key_in: "This is the window for typed card numbers (key-in). The number is filled from the make-believe card.",
    credit: "Credit card",
    check: "Debit card",
    quota: "Instalments",
    lump_sum: "Lump sum",
    months: "{n} months",
    quota_from: "Instalments start at 50,000 won.",
    bank: "Bank",
    vbank_bank: "Bank to deposit to",
    deadline: "Deposit by",
    receipt: "Cash receipt",
    receipt_none: "None",
    receipt_person: "Personal (income deduction)",
    receipt_business: "Business (proof of expense)",
    carrier: "Carrier",
    MVNO: "MVNO",
    "LGU+": "LG U+",
    number: "Phone number",
    goods: "Kind of goods",
    digital: "Digital goods",
    physical: "Physical goods",
    escrow: "Escrow (purchase protection)",
    escrow_more: "The money is held until the buyer confirms the purchase.",
    outcome: "Outcome",
    outcome_hint: "For developers: what the pay button leads to",
    approve: "Approved",
    pay: "Pay {amount}",
    issue: "Get the account",
    register: "Register the card",
    busy: "Working…",
    paid: "Payment complete",
    issued: "Virtual account issued",
    issued_more: "Deposit the exact amount to this account in time.",
    registered: "Card registered",
    failed: "Not paid",
    account: "Account no.",
    holder: "Holder",
    copy: "Copy",
    copied: "Copied",
    done: "OK",
    back: "Going back to the shop.",
    may_close: "You may close this window.",
    unreachable: "The sandbox cannot be reached. Try again.",
    more: "{n} more",
    8521: "[8521] Over the card's limit",
    8311: "[8311] Wrong password",
    8350: "[8350] Card reported lost or stolen",
    8314: "[8314] Card has expired",
    8373: "[8373] Call the card company",
    8035: "[8035] Balance too low",
    VTIM: "[VTIM] Approval timed out",
  },
};

const BANKS = {
  "004": "KB Kookmin", "023": "SC First", "039": "Kyongnam", "034": "Kwangju", "003": "IBK", "011": "NH Nonghyup",
  "031": "iM (Daegu)", "032": "Busan", "002": "KDB", "045": "MG Saemaul", "007": "Suhyup", "088": "Shinhan",
  "048": "Shinhyup", "081": "Hana", "020": "Woori", "071": "Korea Post", "037": "Jeonbuk", "012": "NH local",
  "090": "KakaoBank", "089": "K bank", "027": "Citibank Korea", "092": "Toss Bank",
};

const KEPT = "paydesk-window-language";
let language = kept() ?? (navigator.language.startsWith("ko") ? "ko" : "en");

function kept() {
  try {
    const told = localStorage.getItem(KEPT);
    return told in WORDS ? told : null;
  } catch {
    return null; // a browser that keeps nothing for framed pages
  }
}

export const current = () => language;

export function turn() {
  language = language === "ko" ? "en" : "ko";
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    /* as above */
  }
}

export function add(words) {
  for (const [tongue, more] of Object.entries(words)) Object.assign(WORDS[tongue], more);
}

export function say(id, values = {}) {
  const text = WORDS[language][id] ?? WORDS.en[id] ?? id;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export const known = (id) => id in WORDS[language];

export function won(amount) {
  const digits = new Intl.NumberFormat("ko-KR").format(amount);
  return language === "ko" ? `${digits}원` : `₩${digits}`;
}

export const named = (entry) => (language === "ko" ? entry.ko : (entry.en ?? BANKS[entry.code] ?? entry.ko));

export function moment(epochSeconds) {
  const form = { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Seoul" };
  const text = new Intl.DateTimeFormat(language === "ko" ? "ko-KR" : "en-GB", form).format(epochSeconds * 1000);
  return language === "ko" ? text : `${text} KST`;
}
