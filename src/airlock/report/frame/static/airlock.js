// What pages do in a browser. Everything works without it, but copying and the choice of a theme.
"use strict";
(() => {
  const root = document.documentElement;
  const KEY = "airlock-theme";
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const remember = (theme) => { try { localStorage.setItem(KEY, theme); } catch { /* for this page only */ } };
  const shown = () =>
    root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  // In the head, before anything is drawn: nothing flashes.
  const chosen = remembered();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const say = (text) => {
    const place = document.getElementById("said");
    if (place) place.textContent = text;
  };

  const switchTheme = (button) => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
    button.setAttribute("aria-pressed", String(shown() === "dark"));
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    const text = button.dataset.text || (source ? source.textContent : "");
    try {
      await navigator.clipboard.writeText(text.trim());
    } catch {
      // Without HTTPS browsers offer no clipboard: the text is selected instead.
      if (source) getSelection().selectAllChildren(source);
      say("Selected; press Ctrl+C");
      return;
    }
    const before = button.textContent;
    button.textContent = "Copied";
    say("Copied");
    setTimeout(() => { button.textContent = before; }, 1500);
  };

  // The lines around a place in a file, out of the page that shows the file.
  const AROUND = 5;
  const showLines = async (button) => {
    const shown = button.getAttribute("aria-expanded") === "true";
    const place = button.closest("p");
    if (shown) {
      place.nextElementSibling.remove();
    } else {
      const answer = await fetch(button.dataset.lines);
      if (!answer.ok) { say("The file cannot be shown"); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const lines = [...page.querySelectorAll(".excerpt .line")];
      const at = lines.findIndex((line) => line.classList.contains("marked"));
      const figure = page.querySelector(".excerpt");
      if (!figure || at < 0) { say("The line cannot be shown"); return; }
      for (const [number, line] of lines.entries()) {
        line.removeAttribute("id");
        if (Math.abs(number - at) > AROUND) line.remove();
      }
      place.after(document.adoptNode(figure));
    }
    button.setAttribute("aria-expanded", String(!shown));
    button.firstChild.data = shown ? "show" : "hide";
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.lines) showLines(button);
    if (button.dataset.action === "theme") switchTheme(button);
    if ("copy" in button.dataset || "text" in button.dataset) copy(button);
    if (button.dataset.action === "print") print();
    if (button.dataset.action === "unfold") {
      const all = [...document.querySelectorAll("main details")];
      const open = all.some((one) => !one.open);
      for (const one of all) one.open = open;
    }
  });

  // What is under way is shown as it goes; without this, "Look again" does it.
  const follow = (part) => {
    setTimeout(async () => {
      try {
        const answer = await fetch(location.href, { headers: { accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.getElementById(part.id);
        if (!answer.ok || !now) return;
        part.replaceWith(now);
        if (now.dataset.live) follow(now); else say("Done");
      } catch { follow(part); }
    }, Number(part.dataset.live));
  };

  // "/" leads to the search, wherever one is, as on most sites of this kind.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const field = document.getElementById("find");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    }
  });

  // What scrolls can be reached by keyboard; what does not is no stop on the way.
  const reach = () => {
    for (const one of document.querySelectorAll(".scroller, pre[tabindex]")) {
      one.tabIndex = one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight ? 0 : -1;
    }
  };
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);

  // What is folded would be missing on paper.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });

  document.addEventListener("DOMContentLoaded", () => {
    reach();
    for (const button of document.querySelectorAll(".copy[hidden], [data-lines][hidden]")) button.hidden = false;
    const theme = document.querySelector('[data-action="theme"]');
    if (theme) { theme.hidden = false; theme.setAttribute("aria-pressed", String(shown() === "dark")); }
    for (const select of document.querySelectorAll("select[data-submit]")) {
      select.addEventListener("change", () => select.form.requestSubmit());
    }
    for (const part of document.querySelectorAll("[data-live]")) follow(part);
    // Times are told in UTC; how long ago that was is the reader's to ask.
    for (const time of document.querySelectorAll("time[datetime]")) {
      time.title = new Date(time.dateTime).toLocaleString();
    }
  });
})();
