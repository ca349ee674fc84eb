// Whatever acts, or loads, or looks like a part of ours, anywhere on a page.
() => {
  const found = [];
  if (window.pwned !== undefined) found.push("a script ran");
  // What turns text round, what shows nothing, what a terminal obeys: all of it stands as escapes.
  const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]|\udb40/;
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc") {
        found.push(`${one.tagName} ${name}`);
      }
      const leads = ["href", "src", "action", "formaction", "xlink:href"].includes(name);
      if (leads && /^\s*(javascript|data|vbscript):/i.test(value)) found.push(value);
      if (leads && one.tagName !== "A" && new URL(value, location).origin !== location.origin) found.push(value);
      // What somebody typed stands in its field again as they typed it.
      if (name !== "value" && name !== "href" && unseen.test(value)) found.push(`hidden in ${one.tagName} ${name}`);
    }
    if (one.tagName === "A" && one.hasAttribute("href") && one.origin !== location.origin) {
      const rel = one.getAttribute("rel") || "";
      if (!["http:", "https:"].includes(one.protocol) || !rel.includes("noopener")) found.push(one.outerHTML);
      if (one.username || one.password) found.push(`somebody's password: ${one.href}`);
    }
  }
  for (const one of document.querySelectorAll("body *:not(textarea, script)")) {
    for (const node of one.childNodes) {
      if (node.nodeType === Node.COMMENT_NODE) found.push(`a comment: ${node.data}`);
      if (node.nodeType === Node.TEXT_NODE && unseen.test(node.data)) {
        found.push(`hidden in ${one.tagName}.${one.className}: ${JSON.stringify(node.data.trim().slice(0, 80))}`);
      }
    }
  }
  if (unseen.test(document.title)) found.push("hidden in the title");
  const scripts = [...document.scripts].map((one) => one.getAttribute("src") || one.textContent);
  const own = /^\/static\/(airlock|people)\.[0-9a-f]+\.js$/;
  if (!scripts.every((one) => own.test(one))) found.push(...scripts);
  const foreign = [
    ..."iframe object embed img base style link meta".split(" ").map((tag) => `body ${tag}`),
    ..."form input button svg [id] [class]:not(span)".split(" ").map((what) => `.prose ${what}`),
    "#clickme",
  ];
  for (const one of document.querySelectorAll(foreign.join(", "))) found.push(one.outerHTML);
  if (document.querySelectorAll("#main").length !== 1) found.push("two mains");
  if (getComputedStyle(document.body).display === "none") found.push("it is hidden");
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`twice: #${id}`);
  return [...new Set(found)].map((one) => one.slice(0, 200));
}
