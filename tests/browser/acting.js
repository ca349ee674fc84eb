// Whatever acts, or loads, or looks like a part of ours, anywhere on a page.
() => {
  const found = [];
  if (window.pwned !== undefined) found.push("a script ran");
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc") {
        found.push(`${one.tagName} ${name}`);
      }
      const leads = ["href", "src", "action", "formaction", "xlink:href"].includes(name);
      if (leads && /^\s*(javascript|data|vbscript):/i.test(value)) found.push(value);
    }
  }
  const scripts = [...document.scripts].map((one) => one.getAttribute("src") || one.textContent);
  const own = /^\/static\/airlock\.[0-9a-f]+\.js$/;
  if (scripts.length !== 1 || !own.test(scripts[0])) found.push(...scripts);
  const foreign = [
    ..."iframe object embed img base style link meta".split(" ").map((tag) => `main ${tag}`),
    ..."form input button svg [id] [class]:not(span)".split(" ").map((what) => `.prose ${what}`),
    "#clickme",
  ];
  for (const one of document.querySelectorAll(foreign.join(", "))) found.push(one.outerHTML);
  if (document.querySelectorAll("#main").length !== 1) found.push("two mains");
  if (getComputedStyle(document.body).display === "none") found.push("it is hidden");
  return found;
}
