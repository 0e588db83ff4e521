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
  const params = { ...order.params, pay_method, ...buyer, m_redirect_url: new URL(order.path, location.href).href };
  if (pay_method === "phone") params.digital = order.digital;
  if (order.tier) IMP.agency(order.code, order.tier);
  else IMP.init(order.code);
  IMP.request_pay(params, finished);
});

async function finished(answer) {
  if (answer.imp_uid) {
    try {
      await fetch(`${order.path}/done`, { method: "POST", body: JSON.stringify({ imp_uid: answer.imp_uid }) });
    } catch {
      /* the webhook tells, too */
    }
  }
  if (answer.success ?? answer.imp_success) location.replace(order.path);
  else say(answer.error_msg ?? order.words.unreachable);
}
