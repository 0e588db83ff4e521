/* A payment link's page: the customer's choice opens the payment window; what it tells makes the desk read the payment. */

const order = JSON.parse(document.getElementById("order").textContent);
const form = document.getElementById("pay");
const said = document.getElementById("said");
const button = form.querySelector("button");

function say(text) {
  said.textContent = text;
  said.hidden = !text;
  button.disabled = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!window.IMP) {
    say(order.words.unreachable);
    return;
  }
  say("");
  button.disabled = true;
  const { pay_method, ...buyer } = Object.fromEntries(new FormData(form));
  const back = new URL(order.path, location.href).href;
  const params = { ...order.params, ...order.of[pay_method], pay_method, ...buyer, m_redirect_url: back };
  if (order.tier) IMP.agency(order.code, order.tier);
  else IMP.init(order.code);
  IMP.request_pay(params, finished);
});

async function finished(answer) {
  const state = await told(answer.imp_uid);
  const good = answer.success ?? answer.imp_success;
  if (good || !["open", ""].includes(state)) location.replace(order.path);
  else say(answer.error_msg ?? order.words.unreachable);
}

/* How the link stands now, "" where the desk does not answer: the webhook tells it, too. */
async function told(imp_uid) {
  try {
    const got = await fetch(`${order.path}/done`, { method: "POST", body: JSON.stringify({ imp_uid }) });
    return (await got.json()).state ?? "";
  } catch {
    return "";
  }
}
