/* What each method asks of the buyer. A form writes the choice into `chosen`; its first offer is chosen already. */

import { h, icon } from "./elements.js";
import { known, moment, named, say, won } from "./words.js";

const FEW = 7;
const COLOURS = {
  366: ["#2b5be8", "#0a2fa0"], 381: ["#7a6a58", "#4b3f33"], 365: ["#2b6fd6", "#123f8c"], 367: ["#3a3f4b", "#15181f"],
  368: ["#d2434b", "#8f1d2c"], 361: ["#e2574c", "#a62b33"], 371: ["#1f9d6b", "#0d5f47"], 374: ["#0f9d94", "#075e63"],
  "041": ["#2f8fe0", "#135aa8"], "090": ["#5a4b2d", "#2e2614"],
};
const PLAIN = ["#5b6b86", "#2f3b52"];

export function chosenFirst(order) {
  return {
    card: order.cards[0]?.code, check: false, quota: order.direct ? order.direct[1] : 0,
    bank: order.banks[0].code, carrier: order.carriers[0], receipt: "", outcome: "approve",
  };
}

export function fields(order, chosen) {
  const forms = { card, trans, vbank, phone };
  return [order.escrow && escrow(order), ...forms[order.method](order, chosen)].filter(Boolean);
}

export function outcomes(order, chosen) {
  const select = h("select", { id: "outcome", onchange: () => (chosen.outcome = select.value) },
    h("option", { value: "approve" }, say("approve")),
    order.reasons.map(({ code, ko }) => h("option", { value: code }, known(code) ? say(code) : ko)));
  select.value = chosen.outcome;
  return h("div", { class: "outcome" }, h("label", { for: "outcome" }, say("outcome")), select,
    h("small", {}, say("outcome_hint")));
}

function card(order, chosen) {
  const which = h("fieldset", { class: "cards" });
  const draw = () => {
    const offered = order.cards.find(({ code }) => code === chosen.card);
    which.replaceChildren(h("legend", {}, say("which_card")),
      art(offered, false, chosen), art(offered, true, chosen));
  };
  draw();
  const issuers = order.cards.map((entry) => ({ value: entry.code, text: named(entry), mark: colours(entry.code) }));
  return [
    order.key_in && h("p", { class: "note" }, say("key_in")),
    order.cards.length > 1 && tiles("card", say("issuer"), issuers, chosen, draw),
    which,
    h("p", { class: "hint" }, icon("lock"), say("make_believe")),
    order.billing ? null : quota(order, chosen),
  ];
}

function art(offered, check, chosen) {
  const radio = h("input", {
    type: "radio", name: "check", checked: chosen.check === check, onchange: () => (chosen.check = check),
  });
  const face = h("span", { class: "face" },
    h("span", { class: "brand" }, named(offered)),
    h("span", { class: "kind" }, say(check ? "check" : "credit")),
    h("span", { class: "number" }, spaced(check ? offered.check : offered.credit)));
  const [from, to] = colours(offered.code);
  face.style.background = `linear-gradient(135deg, ${from}, ${to})`;
  return h("label", { class: "art" }, radio, face);
}

const colours = (code) => COLOURS[code] ?? PLAIN;
const spaced = (number) => number.replaceAll("*", "•").replace(/(.{4})(?=.)/g, "$1 ");
const months = (n) => (n ? say("months", { n }) : say("lump_sum"));

function quota(order, chosen) {
  const fixed = order.direct || !order.quotas.length;
  if (fixed) return row("quota", h("strong", {}, months(chosen.quota)), order.amount < 50000 && say("quota_from"));
  const select = h("select", { id: "quota", onchange: () => (chosen.quota = Number(select.value)) },
    [0, ...order.quotas].map((n) => h("option", { value: n }, months(n))));
  select.value = chosen.quota;
  return row("quota", select);
}

function trans(order, chosen) {
  return [banks("bank", order, chosen), order.cash_receipt && receipts(chosen)];
}

function vbank(order, chosen) {
  return [
    banks("vbank_bank", order, chosen),
    row("deadline", h("strong", {}, moment(order.due))),
  ];
}

function phone(order, chosen) {
  const carriers = order.carriers.map((value) => ({ value, text: say(value) }));
  return [
    tiles("carrier", say("carrier"), carriers, chosen),
    row("number", h("strong", {}, order.buyer_tel)),
    row("goods", h("strong", {}, say(order.digital ? "digital" : "physical"))),
  ];
}

function banks(title, order, chosen) {
  const offered = order.banks.map((entry) => ({ value: entry.code, text: named(entry) }));
  return tiles("bank", say(title), offered, chosen);
}

function receipts(chosen) {
  const kinds = { "": "receipt_none", person: "receipt_person", business: "receipt_business" };
  const offered = Object.entries(kinds).map(([value, word]) => ({ value, text: say(word) }));
  return tiles("receipt", say("receipt"), offered, chosen);
}

function escrow(order) {
  return h("section", { class: "escrow" },
    h("h2", {}, icon("shield"), say("escrow")),
    h("p", {}, say("escrow_more")),
    h("ul", {}, order.products.map((product) =>
      h("li", {}, h("span", {}, `${product.name} × ${product.quantity}`), h("span", {}, won(product.amount))))));
}

function row(title, value, hint) {
  const label = value.id ? h("label", { for: value.id }, say(title)) : h("span", {}, say(title));
  return h("div", { class: "row" }, label, value, hint && h("small", {}, hint));
}

/* A group of radio buttons drawn as tiles; beyond a few, the rest opens on demand. */
function tiles(name, title, offered, chosen, changed = () => {}) {
  const take = (value) => {
    chosen[name] = value;
    changed();
  };
  const rest = offered.length <= FEW + 1 || offered.slice(FEW).some(({ value }) => value === chosen[name]) ? Infinity : FEW;
  const made = offered.map(({ value, text, mark }, n) => {
    const dot = mark && h("span", { class: "dot" });
    if (dot) dot.style.background = `linear-gradient(135deg, ${mark[0]}, ${mark[1]})`;
    return h("label", { class: "tile", hidden: n >= rest }, h("input", {
      type: "radio", name, value, checked: value === chosen[name], onchange: () => take(value),
    }), h("span", {}, dot, text));
  });
  const more = offered.length > rest && h("button", { type: "button", class: "more", onclick: () => {
    for (const tile of made) tile.hidden = false;
    made[FEW].querySelector("input").focus();
    more.remove();
  } }, say("more", { n: offered.length - FEW }));
  return h("fieldset", { class: `tiles ${name}` }, h("legend", {}, title), made, more);
}
