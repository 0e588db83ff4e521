/* A shop to try the window in: a wish to edit, the payment window, what the callback and the API say afterwards. */

import { h } from "./elements.js";
import { PRESETS } from "./presets.js";
import { add, current, say, turn } from "./words.js";

add({
  ko: {
    try: "결제창 시험 상점", lead: "결제 방법을 고르고, 필요하면 파라미터를 고친 뒤 결제창을 여세요.",
    presets: "결제 방법", params: "IMP.request_pay 파라미터", open: "결제창 열기", callback: "콜백 응답",
    redirected: "m_redirect_url로 받은 값", server: "GET /payments/{imp_uid} (서버에서 확인)", not_json: "JSON 형식이 아닙니다.",
    p_card: "카드", p_mixed: "카드 (면세 포함)", p_direct: "카드사 직접 호출", p_selected: "일부 카드사만",
    p_trans: "계좌이체 + 에스크로", p_vbank: "가상계좌", p_phone: "휴대폰", p_billing: "빌링키 발급",
    p_wrong: "잘못된 파라미터", deposit: "가상계좌 입금", exact: "정확한 금액", short: "부족한 금액", late: "기한 후",
  },
  en: {
    try: "Try the payment window", lead: "Choose a way to pay, edit the parameters if you like, and open the window.",
    presets: "Way to pay", params: "Parameters of IMP.request_pay", open: "Open the window", callback: "Callback",
    redirected: "Query of m_redirect_url", server: "GET /payments/{imp_uid} (what a server checks)", not_json: "This is not JSON.",
    p_card: "Card", p_mixed: "Card, partly tax-free", p_direct: "One card company directly", p_selected: "Some cards only",
    p_trans: "Transfer with escrow", p_vbank: "Virtual account", p_phone: "Phone bill", p_billing: "Billing key",
    p_wrong: "Bad parameters", deposit: "Deposit to the account", exact: "Exact amount", short: "Too little", late: "Too late",
  },
});

const home = new URL(".", location.href);
const box = document.getElementById("shop");
let preset = "card";
let wish = text(PRESETS.card());
let results = [];

IMP.init("imp00000000");
draw();
const query = Object.fromEntries(new URLSearchParams(location.search));
if (query.imp_uid) show("redirected", query);

function text(params) {
  const fresh = { merchant_uid: `try-${Date.now()}`, m_redirect_url: new URL("shop", home).href };
  return JSON.stringify({ ...fresh, ...params }, null, 2);
}

function draw() {
  document.documentElement.lang = current();
  document.title = say("try");
  const area = h("textarea", { id: "params", spellcheck: "false", rows: wish.split("\n").length + 1, oninput: () => (wish = area.value) });
  area.value = wish;
  box.replaceChildren(
    h("header", {}, h("div", {}, h("h1", {}, say("try")), h("p", {}, say("lead"))),
      h("button", { type: "button", class: "plain", onclick: () => {
        turn();
        draw();
      } }, say("switch"))),
    h("nav", { "aria-label": say("presets") }, Object.keys(PRESETS).map((name) =>
      h("button", { type: "button", "aria-pressed": String(name === preset), onclick: () => {
        preset = name;
        wish = text(PRESETS[name]());
        results = [];
        draw();
        box.querySelector('nav [aria-pressed="true"]').focus();
      } }, say(`p_${name}`)))),
    h("section", { class: "wish" }, h("label", { for: "params" }, say("params")), area,
      h("button", { type: "button", class: "go", onclick: pay }, say("open"))),
    h("section", { class: "results", "aria-live": "polite" }, results.map(result)));
}

function pay() {
  let params;
  try {
    params = JSON.parse(wish);
  } catch {
    results = [["callback", say("not_json")]];
    draw();
    return;
  }
  IMP.request_pay(params, (answer) => {
    wish = text({ ...params, merchant_uid: `try-${Date.now()}` });
    show("callback", answer);
  });
}

async function show(title, answer) {
  results = [[title, answer]];
  draw();
  if (!answer.imp_uid) return;
  results = [[title, answer], ["server", await payment(answer.imp_uid)]];
  draw();
}

/* The sandbox's pair is no secret; a real shop asks from its server. */
async function payment(imp_uid) {
  const pair = { imp_key: "sandbox_key", imp_secret: "sandbox_secret" };
  const signed = await call("users/getToken", pair);
  const headers = { Authorization: signed.response.access_token };
  return (await fetch(new URL(`payments/${imp_uid}?include_sandbox=true`, home), { headers })).json();
}

async function call(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await fetch(new URL(path, home), { method: "POST", headers, body: JSON.stringify(body) })).json();
}

function result([title, answer]) {
  const body = answer.response;
  const waits = title === "server" && body?.status === "ready" && body.vbank_num;
  return h("article", {}, h("h2", {}, say(title, { imp_uid: body?.imp_uid ?? "" })),
    h("pre", { tabindex: "0" }, typeof answer === "string" ? answer : JSON.stringify(body ?? answer, null, 2)),
    waits && h("div", { class: "deposit", role: "group", "aria-label": say("deposit") }, h("span", {}, say("deposit")),
      deposit(body, "exact", {}), deposit(body, "short", { amount: body.amount - 1000 }),
      deposit(body, "late", { at: body.vbank_date + 60 })));
}

function deposit(body, word, how) {
  return h("button", { type: "button", onclick: async () => {
    await call("_sandbox/deposit", { imp_uid: body.imp_uid, ...how });
    results = [[word, how], ["server", await payment(body.imp_uid)]];
    draw();
  } }, say(word));
}
