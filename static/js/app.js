// Everything works without this file; with it, faster: keys, the palette, ticking many rows, drafts that survive.
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = (words) => { const region = $("#said"); if (region) region.textContent = words; };
const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// htmx sends the CSRF token that the page's own forms carry.
document.addEventListener("htmx:configRequest", (event) => {
  const token = $("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const words = event.target.dataset.said || $("[data-said]", event.target)?.dataset.said;
  if (words) say(words);
});

// An error summary takes the focus, so that it is read first.
$("[data-focus]")?.focus();

// Menus close when one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open).showModal();
  for (const box of $$("dialog[open]")) if (event.target === box && box.id !== "confirm") box.close();
});

// What cannot be taken back is asked once more, in words.
const confirmed = new WeakSet();
const ask = (form, button) => {
  const box = $("#confirm"), yes = $("button[value=yes]", box);
  $("#confirm-words").textContent = button.dataset.confirm;
  yes.textContent = button.textContent.trim();
  box.returnValue = "";
  box.addEventListener("close", () => {
    if (box.returnValue !== "yes") return;
    confirmed.add(form);
    form.requestSubmit(button);
  }, { once: true });
  box.showModal();
};

// A button pressed twice sends once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (event.submitter?.dataset.confirm && $("#confirm") && !confirmed.delete(form)) { event.preventDefault(); ask(form, event.submitter); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
  keepTicks(form);
  // Kept until the next page is seen: one that was refused finds it again, and so does every other form of this page.
  sessionStorage.setItem("sent", JSON.stringify([ticksName(), ...kept(form).map(keepName)]));
});
addEventListener("pageshow", () => { for (const form of $$("form[data-sent]")) delete form.dataset.sent; });

// What one seat typed is no other's: another seat, or nobody, in this tab finds nothing of it.
if (sessionStorage.getItem("seat") !== document.body.dataset.seat) sessionStorage.clear();
sessionStorage.setItem("seat", document.body.dataset.seat);

// What was typed or ticked is not lost with the tab, nor with an answer that refuses it.
const keepName = (field) => `keep:${location.pathname}:${field.form?.getAttribute("action") ?? ""}:${field.name}${field.type === "checkbox" ? `=${field.value}` : ""}`;
const kept = (form) => $("[data-keep]", form) ? $$("input:not([type=hidden], [type=file], [type=password], [data-row], [data-all]), textarea, select", form) : [];
const valueOf = (field) => field.type === "checkbox" || field.type === "radio" ? String(field.checked) + field.value : field.value;
const ticksName = () => `ticks:${location.pathname}${location.search}`;
const keepTicks = (form) => {
  const ticked = $$("input[data-row]:checked", form).map((box) => box.value);
  if (ticked.length) sessionStorage.setItem(ticksName(), JSON.stringify(ticked));
};
const wasRefused = $(".alert-danger, .empty[data-refused]") !== null;
if (!wasRefused) for (const name of JSON.parse(sessionStorage.getItem("sent") ?? "[]")) sessionStorage.removeItem(name);
sessionStorage.removeItem("sent");
for (const form of $$("form[method=post]")) {
  const drawn = kept(form).map(valueOf).join("\n");
  for (const field of kept(form)) {
    const before = sessionStorage.getItem(keepName(field));
    if (before !== null && field.type === "radio") field.checked ||= before === "true" + field.value;
    else if (before !== null && field.type === "checkbox") field.checked = before === "true" + field.value;
    else if (before) field.value = before;
    field.addEventListener("input", () => sessionStorage.setItem(keepName(field), valueOf(field)));
  }
  // What comes from an earlier try is said to, and can be let go.
  if ($("#kept-note") && kept(form).map(valueOf).join("\n") !== drawn) {
    const note = $("#kept-note").content.cloneNode(true);
    $("button", note).addEventListener("click", (event) => {
      for (const field of kept(form)) sessionStorage.removeItem(keepName(field));
      form.reset();
      event.target.closest("p").remove();
    });
    form.prepend(note);
  }
}
const ticks = new Set(JSON.parse(sessionStorage.getItem(ticksName()) ?? "[]"));
for (const box of $$("input[data-row]")) if (ticks.has(box.value)) box.checked = true;
sessionStorage.removeItem(ticksName());

// Ticking rows: all, a span with Shift, and the bar that says how many.
for (const form of $$("[data-bulk]")) {
  const boxes = () => $$("input[data-row]", form);
  const bar = $(".bar", form);
  let last = null;
  const refresh = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    if (bar) bar.hidden = chosen === 0 && bar.dataset.always === undefined;
    for (const count of $$("[data-chosen]", form)) count.textContent = chosen;
    const all = $("input[data-all]", form);
    if (all) { all.checked = chosen > 0 && chosen === boxes().length; all.indeterminate = chosen > 0 && !all.checked; }
  };
  form.addEventListener("click", (event) => {
    const box = event.target.closest("input[data-row]");
    if (box && event.shiftKey && last) {
      const row = boxes(); const [from, to] = [row.indexOf(last), row.indexOf(box)].sort((a, b) => a - b);
      for (const one of row.slice(from, to + 1)) one.checked = box.checked;
    }
    if (box) last = box;
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[data-all]")) for (const box of boxes()) box.checked = event.target.checked;
    refresh();
  });
  refresh();
}

// Enter in a field presses the button that belongs to it, not the form's first.
document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && event.target.dataset?.enter && document.getElementById(event.target.dataset.enter);
  if (button) { event.preventDefault(); button.click(); }
});

// Some of a long list are found as one types. Loaded only where a page has such a list.
for (const list of $$("select[data-pick]")) {
  // The label goes over to the field one types in; what it stands for keeps its name.
  list.setAttribute("aria-label", list.labels[0]?.textContent.trim() ?? list.name);
  new window.TomSelect(list, {
    plugins: ["remove_button"], maxOptions: null, hideSelected: true, onItemAdd() { this.setTextboxValue(""); this.refreshOptions(); },
  });
}

// Whom a note can name are offered after an @.
let pressed = false;
for (const [kind, is] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) document.addEventListener(kind, () => { pressed = is; }, true);
const people = JSON.parse($("#people")?.textContent ?? "[]");
for (const area of people.length ? $$("textarea[data-mentions]") : []) {
  const list = document.createElement("ul");
  list.className = "suggestions"; list.id = `${area.id}-people`; list.hidden = true; list.setAttribute("role", "listbox");
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  let chosen = 0;
  const typed = () => /(?:^|[\s(])@([^@\n]{0,40})$/.exec(area.value.slice(0, area.selectionStart))?.[1].toLowerCase();
  const close = () => { list.hidden = true; area.removeAttribute("aria-activedescendant"); };
  const put = (name) => {
    const end = area.selectionStart;
    area.setRangeText(`@${name} `, area.value.lastIndexOf("@", end - 1), end, "end");
    close(); area.focus(); area.dispatchEvent(new Event("input", { bubbles: true })); close();
  };
  const draw = () => {
    const words = typed();
    const found = words === undefined ? [] : people.filter((name) => name.toLowerCase().includes(words)).slice(0, 6);
    if (!found.length) return close();
    chosen = Math.min(chosen, found.length - 1);
    list.replaceChildren(...found.map((name, place) => {
      const item = document.createElement("li");
      item.textContent = name; item.id = `${list.id}-${place}`; item.setAttribute("role", "option"); item.setAttribute("aria-selected", place === chosen);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); put(name); });
      return item;
    }));
    list.hidden = false;
    area.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
  };
  area.addEventListener("input", () => { chosen = 0; draw(); });
  // What is being pressed stays where it is until it is let go.
  area.addEventListener("blur", () => (pressed ? document.addEventListener("pointerup", () => setTimeout(close), { once: true }) : close()));
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); chosen = (chosen + step + list.children.length) % list.children.length; draw(); }
    if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); put(list.children[chosen].textContent); }
    if (event.key === "Escape") { event.stopPropagation(); close(); }
  });
}

// A file dropped on the zone is the file chosen.
for (const zone of $$(".drop")) {
  const input = $("input[type=file]", zone);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); input.files = event.dataTransfer.files; say(input.files[0]?.name ?? ""); });
}

// The palette.
const palette = $("#palette");
if (palette) {
  const words = $("#palette-words"), rows = $("#palette-rows");
  const pages = $$("[data-page]", rows);
  let asked = 0;
  const draw = async () => {
    const text = words.value.trim().toLowerCase();
    for (const old of $$("[data-found]", rows)) old.remove();
    for (const page of pages) page.hidden = text !== "" && !page.textContent.toLowerCase().includes(text);
    if (text.length < 2) return;
    const mine = ++asked;
    const answer = await fetch(`${words.dataset.source}?as=palette&q=${encodeURIComponent(text)}`);
    if (mine !== asked || !answer.ok) return;
    for (const found of (await answer.json()).results) {
      const item = document.createElement("li"), link = document.createElement("a");
      item.dataset.found = ""; link.href = found.address; link.textContent = `${found.kind}: ${found.title}`;
      item.append(link); rows.append(item);
    }
  };
  words.addEventListener("input", draw);
  palette.addEventListener("keydown", (event) => {
    const links = $$("li:not([hidden]) a", rows), here = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown") { event.preventDefault(); links[Math.min(here + 1, links.length - 1)]?.focus(); }
    if (event.key === "ArrowUp") { event.preventDefault(); here <= 0 ? words.focus() : links[here - 1].focus(); }
    if (event.key === "Enter" && document.activeElement === words) links[0]?.click();
  });
}

// Keys.
const rowsOfPage = () => $$("tbody tr[data-href], tbody tr:has(a)");
let at = -1;
const go = (step) => {
  const rows = rowsOfPage();
  if (!rows.length) return;
  at = Math.max(0, Math.min(rows.length - 1, at + step));
  for (const row of rows) row.classList.remove("here");
  rows[at].classList.add("here");
  rows[at].scrollIntoView({ block: "nearest" });
  $("a, input", rows[at])?.focus({ preventScroll: true });
};
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && palette) { event.preventDefault(); palette.showModal(); $("#palette-words").focus(); return; }
  if (document.body.dataset.shortcuts !== "on" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input[type=checkbox]") ? false : typing(event.target)) return;
  const keys = {
    "/": () => $("#q")?.focus(),
    "?": () => $("#help")?.showModal(),
    j: () => go(1),
    k: () => go(-1),
    x: () => { const box = $("input[data-row]", rowsOfPage()[at] ?? document.createElement("i")); box?.click(); },
  };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

// Of a platform's own form, what the chosen ground asks for.
for (const ground of $$("select[name=ground]")) {
  const asked = () => { for (const one of $$("[data-grounds]", ground.form)) one.hidden = !!one.dataset.grounds && !!ground.value && !one.dataset.grounds.split(" ").includes(ground.value); };
  ground.addEventListener("change", asked);
  asked();
}
