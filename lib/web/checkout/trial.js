/* A trial's page: opens the payment window with the parameters as they stand and hands on what it tells. */

const trial = JSON.parse(document.getElementById("order").textContent);
const button = document.getElementById("open");
const said = document.getElementById("said");

function say(text) {
  said.textContent = text;
  said.hidden = false;
  button.disabled = false;
}

button.addEventListener("click", () => {
  if (!window.IMP) {
    say(trial.words.unreachable);
    return;
  }
  button.disabled = true;
  const back = new URL(`${trial.path}/back`, location.href).href;
  if (trial.tier) IMP.agency(trial.code, trial.tier);
  else IMP.init(trial.code);
  IMP.request_pay({ m_redirect_url: back, ...trial.params }, finished);
});
button.focus();

async function finished(answer) {
  try {
    const kept = await fetch(`${trial.path}/callback`, { method: "POST", body: JSON.stringify(answer) });
    if (!kept.ok) throw new Error(kept.status);
  } catch {
    say(trial.words.unreachable);
    return;
  }
  location.reload();
}
