/* A trial's page: opens the payment window with the parameters as they stand and hands on what it tells; afterwards
   the way back, which is the tab it was opened from. */

const trial = JSON.parse(document.getElementById("order").textContent);
const button = document.getElementById("open");
const back = document.getElementById("back");
const said = document.getElementById("said");
const STAYS_MS = 400;

function say(text) {
  said.textContent = text;
  said.hidden = false;
  button.disabled = false;
}

button?.addEventListener("click", () => {
  if (!window.IMP) {
    say(trial.words.unreachable);
    return;
  }
  button.disabled = true;
  const home = new URL(`${trial.path}/back`, location.href).href;
  if (trial.tier) IMP.agency(trial.code, trial.tier);
  else IMP.init(trial.code);
  IMP.request_pay({ m_redirect_url: home, ...trial.params }, finished);
});
button?.focus();

/* A browser that lets no page close itself follows the link. */
back?.addEventListener("click", (event) => {
  event.preventDefault();
  window.close();
  setTimeout(() => location.assign(back.href), STAYS_MS);
});

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
