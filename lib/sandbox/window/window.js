/* The payment window: draws the order, takes the choice, and hands the answer to the page that asked. */

import { h, icon } from "./elements.js";
import { chosenFirst, fields, outcomes } from "./forms.js";
import { current, known, moment, named, say, turn, won } from "./words.js";

const order = JSON.parse(document.getElementById("order").textContent);
const chosen = chosenFirst(order);
const framed = parent !== window;
const box = document.getElementById("window");
const SEEN_MS = 900;
let ended = order.ended;
let busy = false;

document.body.classList.toggle("framed", framed);
addEventListener("keydown", keyed);
addEventListener("message", (event) => event.source === parent && event.data?.leave && leave());
draw();
if (ended) finish();

function draw() {
  document.documentElement.lang = current();
  document.title = `${say("window")} · ${order.shop}`;
  box.replaceChildren(head(), summary(), ended ? result() : form());
  if (framed) for (const [name, value] of [["role", "dialog"], ["aria-modal", "true"]]) box.setAttribute(name, value);
}

function head() {
  return h("header", {},
    h("h1", { id: "title", tabindex: "-1" }, order.direct ? named(order.cards[0])
      : say(order.billing ? "billing" : order.method)),
    h("button", { type: "button", class: "plain", lang: current() === "ko" ? "en" : "ko", onclick: () => {
      turn();
      draw();
      box.querySelector("header button").focus();
    } }, say("switch")),
    !ended && h("button", { type: "button", class: "plain round", "aria-label": say("close"), onclick: leave },
      icon("close")));
}

function summary() {
  const facts = [
    [say("merchant_uid"), order.merchant_uid],
    order.buyer_name && [say("buyer"), order.buyer_name],
    order.tax_free && [say("taxed"), won(order.amount - order.tax_free)],
    order.tax_free && [say("tax_free"), won(order.tax_free)],
  ].filter(Boolean);
  return h("aside", { "aria-label": say("order") },
    h("p", { class: "shop" }, order.shop),
    h("p", { class: "name" }, order.name),
    h("p", { class: "amount" }, h("small", {}, say(order.billing ? "amount_shown" : "amount")),
      h("strong", {}, won(order.amount))),
    order.billing && h("p", { class: "note" }, say("no_charge")),
    h("dl", {}, facts.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text)))),
    h("p", { class: "practice" }, icon("lock"), h("span", {}, say("practice"),
      order.test && h("b", {}, say("test_channel")))));
}

function form() {
  return h("form", { onsubmit: pay, novalidate: true },
    h("div", { class: "fields" }, fields(order, chosen)),
    h("footer", {}, outcomes(order, chosen), h("p", { class: "wrong", role: "alert" }),
      h("button", { class: "go" }, goes())));
}

function goes() {
  const word = order.billing ? "register" : order.method === "vbank" ? "issue" : "pay";
  return say(word, { amount: won(order.amount) });
}

function pay(event) {
  event.preventDefault();
  decide("pay", chosen);
}

function leave() {
  if (ended) finish();
  else decide("leave", {});
}

async function decide(what, choice) {
  if (busy) return;
  busy = true;
  waiting(true);
  try {
    const answer = await fetch(`${order.key}/${what}`, { method: "POST", body: JSON.stringify(choice) });
    if (!answer.ok) throw new Error(answer.status);
    ended = await answer.json();
  } catch {
    waiting(false);
    box.querySelector(".wrong").textContent = say("unreachable");
    if (what === "leave") ended = { answer: lost(), gone: true };
    else return;
  } finally {
    busy = false;
  }
  if (what === "leave") {
    finish();
    return;
  }
  waiting(false);
  draw();
  box.querySelector(".result h2").focus();
  if (passing()) setTimeout(finish, SEEN_MS);
}

/* What a page is told when the sandbox has gone: it must not stay under the window. */
function lost() {
  const { imp_uid, merchant_uid } = order;
  return { success: false, error_code: "F500", error_msg: say("unreachable"), imp_uid, merchant_uid };
}

function waiting(on) {
  box.setAttribute("aria-busy", on);
  const button = box.querySelector(".go");
  button.disabled = on;
  button.textContent = on ? say("busy") : goes();
}

/* A payment that went well is told by itself; an account number or a failure waits until it was read. */
function passing() {
  return ended.answer.success && order.method !== "vbank";
}

function result() {
  const { answer } = ended;
  const title = !answer.success ? "failed" : order.billing ? "registered" : order.method === "vbank" ? "issued" : "paid";
  return h("section", { class: `result ${answer.success ? "good" : "bad"}`, role: "status" },
    h("span", { class: "badge" }, icon(answer.success ? "check" : "cross")),
    h("h2", { tabindex: "-1" }, say(title)),
    !answer.success && known(answer.error_code) && h("p", {}, say(answer.error_code)),
    !answer.success && h("p", { lang: "ko" }, answer.error_msg),
    answer.success && answer.vbank_num && account(answer),
    passing() ? h("p", {}, framed || ended.back ? say("back") : say("may_close"))
      : h("button", { type: "button", class: "go", onclick: finish }, say("done")));
}

function account(answer) {
  const copy = h("button", { type: "button", class: "plain", onclick: async () => {
    await navigator.clipboard.writeText(answer.vbank_num);
    copy.replaceChildren(icon("check"), say("copied"));
  } }, icon("copy"), say("copy"));
  const bank = order.banks.find(({ code }) => code === chosen.bank);
  const facts = [
    [say("bank"), bank ? named(bank) : answer.vbank_name],
    [say("account"), h("span", {}, h("strong", {}, answer.vbank_num), navigator.clipboard ? copy : null)],
    [say("holder"), answer.vbank_holder],
    [say("amount"), won(answer.paid_amount)],
    [say("deadline"), moment(answer.vbank_date)],
  ];
  return h("div", {}, h("p", {}, say("issued_more")),
    h("dl", {}, facts.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text)))));
}

function finish() {
  if (framed) parent.postMessage({ ended: ended.answer }, order.origin === "null" ? "*" : order.origin);
  else if (ended.back) location.replace(ended.back);
  else if (ended.gone) history.back();
  else draw();
}

function keyed(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    leave();
  } else if (event.key === "Tab" && framed) {
    const all = [...box.querySelectorAll("button, select, input")].filter((one) => !one.disabled && one.offsetParent);
    const stops = all.filter((one) => one.type !== "radio" || one.checked);
    const at = stops.indexOf(document.activeElement);
    if (event.shiftKey ? at <= 0 : at === stops.length - 1) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  }
}

if (framed) box.querySelector("h1").focus({ preventScroll: true });
