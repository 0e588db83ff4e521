/* The wishes of the try-out shop, one for each way to pay. */

const buyer = {
  buyer_name: "김민수",
  buyer_tel: "010-1234-5678",
  buyer_email: "minsu@example.com",
  buyer_addr: "서울특별시 강남구 테헤란로 1",
  buyer_postcode: "06133",
};

function day(ahead) {
  return new Date(Date.now() + (ahead * 24 + 9) * 3600_000).toISOString().slice(0, 10); // a KST day
}

export const PRESETS = {
  card: () => ({ pay_method: "card", name: "기계식 키보드", amount: 129000, ...buyer }),
  mixed: () => ({ pay_method: "card", name: "도서 세트(면세)와 문구", amount: 42000, tax_free: 30000, ...buyer }),
  direct: () => ({
    pay_method: "card", name: "등산화", amount: 98000, company: "페이데스크상점",
    card: { direct: { code: "366", quota: 3 } }, ...buyer,
  }),
  selected: () => ({
    pay_method: "card", name: "무선 이어폰", amount: 89000, display: { card_quota: [3, 6] },
    card: { detail: [
      { card_code: "*", enabled: false }, { card_code: "381", enabled: true }, { card_code: "365", enabled: true },
    ] }, ...buyer,
  }),
  trans: () => ({
    pay_method: "trans", name: "스킨케어 세트", amount: 74000, escrow: true,
    kiccProducts: [
      { orderNumber: "1", name: "수분 크림", quantity: 1, amount: 45000 },
      { orderNumber: "2", name: "토너", quantity: 1, amount: 29000 },
    ],
    bypass: { kicc: { disp_cash_yn: "Y" } }, ...buyer,
  }),
  vbank: () => ({ pay_method: "vbank", name: "캠핑 의자", amount: 42000, vbank_due: day(2), ...buyer }),
  phone: () => ({ pay_method: "phone", name: "전자책 이용권", amount: 6500, digital: true, ...buyer }),
  billing: () => ({
    pg: "kicc.IM000998", pay_method: "card", name: "[정기배송] 원두 500g", amount: 15900,
    customer_uid: `member_${Date.now().toString(36)}`, ...buyer,
  }),
  wrong: () => ({ pay_method: "card", name: "겨울 니트", amount: "59000", ...buyer }),
};
