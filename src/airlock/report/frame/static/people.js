// Keys (WebAuthn) and the keyboard of the review. The pages work without it, but for keys.
"use strict";
(() => {
  const problem = (text) => {
    const place = document.getElementById("problem");
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  };

  const post = async (path, body, csrf) => {
    const headers = { "content-type": "application/json" };
    if (csrf) headers["x-airlock-csrf"] = csrf;
    const answer = await fetch(path, { method: "POST", headers, body });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error || "That went wrong");
    return told;
  };

  // Browsers that cannot turn JSON into options are years old.
  const useKey = async (button) => {
    problem("");
    try {
      const asked = await post(button.dataset.request, "{}");
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
      const signed = await navigator.credentials.get({ publicKey });
      await post(button.dataset.key, JSON.stringify(signed.toJSON()));
      location.assign(button.dataset.goal);
    } catch (error) { problem(error.message); }
  };

  const makeKey = async (button) => {
    problem("");
    try {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(button.dataset.options));
      const made = await navigator.credentials.create({ publicKey });
      const body = JSON.stringify({ title: button.dataset.title, answer: JSON.stringify(made.toJSON()) });
      const told = await post(button.dataset.newKey, body, button.dataset.csrf);
      if (!told.codes.length) { location.assign(told.next); return; }
      button.hidden = true;
      document.getElementById("codes").textContent = told.codes.join("\n");
      document.getElementById("made").hidden = false;
    } catch (error) { problem(error.message); }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.key) useKey(button);
    if (button.dataset.newKey) makeKey(button);
    if (button.dataset.help) document.getElementById(button.dataset.help).showModal();
    if (button.dataset.close) document.getElementById(button.dataset.close).close();
  });

  // The keyboard: j and k move through the queue, the other letters open a form.
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)];
    next.querySelector("a").focus({ focusVisible: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const open = (kind) => {
    const form = document.getElementById(`decide-${kind}`);
    if (form) {
      form.open = true;
      form.querySelector("input:not([type=hidden]), select, textarea").focus();
      form.scrollIntoView({ block: "nearest" });
      return;
    }
    const row = rows().find((one) => one.contains(document.activeElement));
    if (row) location.assign(`${row.querySelector("a").href}#decide-${kind}`);
  };
  // What is picked is decided together.
  const picks = () => [...document.querySelectorAll("input[form=bulk][type=checkbox]")];
  const count = () => {
    const place = document.querySelector("[data-picked]");
    const picked = picks().filter((one) => one.checked).length;
    if (place) place.textContent = picked ? `${picked} picked` : "";
  };
  const pick = () => {
    const row = rows().find((one) => one.contains(document.activeElement));
    const box = row && row.querySelector("input[form=bulk]");
    if (box) { box.checked = !box.checked; count(); }
  };
  const many = () => {
    const form = document.getElementById("many");
    if (!form) return;
    form.open = true;
    document.getElementById("bulk-reason").focus();
    form.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("change", count);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-pick]");
    if (!button) return;
    for (const box of picks()) box.checked = button.dataset.pick === "all";
    count();
  });
  const KEYS = {
    j: () => move(1), k: () => move(-1), x: pick, b: many,
    a: () => open("approve"), r: () => open("refuse"), w: () => open("waive"), c: () => open("ask"),
    u: () => { const back = document.querySelector("[data-back]"); if (back) location.assign(back.href); },
    "?": () => { const help = document.getElementById("keys"); if (help) help.showModal(); },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (act && document.querySelector("[data-keys]")) { event.preventDefault(); act(); }
  });

  const wanted = location.hash.match(/^#decide-(\w+)$/);
  if (wanted) open(wanted[1]);
})();
