// The page works without this. With it: single keys, decisions in place, and what is new. Every answer is a page of ours, asked for as a
// fragment; nothing is made of text but by the browser's own parser of that answer.

const body = () => document.body;
const find = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const wide = matchMedia("(min-width: 721px)");
const PATIENCE = 5000;
let going = false;
let next = null; // where to go once the answer under way is there
let pressed = []; // keys meanwhile: they mean what comes next

// --- pages in place

async function ask(url, options = {}) {
  const answer = await fetch(url, {
    credentials: "same-origin",
    ...options,
    headers: { "X-Fragment": "1", ...(options.headers ?? {}) },
    signal: options.signal ?? AbortSignal.timeout(PATIENCE),
  });
  if (answer.status === 401) { location.assign(location.href); throw new Error("signed out"); }
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

function swap(page, address, { note = "push", focus = [] } = {}) {
  const rows = find(".rows");
  const top = rows ? rows.scrollTop : scrollY;
  const keep = rows && find(".rows", page);
  body().replaceWith(document.adoptNode(page.body));
  if (keep) find(".rows").scrollTop = top;
  if (note === "push" && address !== location.href) history.pushState(null, "", address);
  if (note === "replace") history.replaceState(null, "", address);
  document.title = body().dataset.title;
  mirror();
  const there = focus.map((each) => find(each)).find((each) => each?.offsetParent);
  there?.focus({ preventScroll: true });
  there?.scrollIntoView({ block: "nearest" });
}

async function go(address, options = {}) {
  if (going) { next = [address, options]; return; }
  going = true;
  try {
    const { answer, page } = await ask(address);
    swap(page, answer.url, options);
  } catch { location.assign(address); } finally { done(); }
}

function done() {
  going = false;
  const wanted = next;
  next = null;
  if (wanted) go(...wanted);
  else if (pressed.length) onKey(pressed.shift());
}

function say(text) {
  const status = find("[role=status]");
  if (status) status.textContent = text;
}

// --- decisions: the row goes at once, and comes back with the reason if it wasn't recorded

async function send(form, button) {
  if (going) return;
  going = true;
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  const decides = ["pursued", "skipped", "bad"].includes(form.dataset.does);
  const row = decides ? find(`.row[data-listing="${CSS.escape(listing(form))}"]`) : null;
  row?.classList.add("leaving");
  try {
    const { answer, page } = await ask(form.action, { method: "POST", body: fields });
    const focus = [".row.selected a.wide", ".row a.narrow", "#listing h2", "h1"];
    swap(page, answer.url, { note: answer.redirected ? "push" : "", focus });
  } catch (error) {
    row?.classList.remove("leaving");
    say(error.name === "TimeoutError" ? "Not recorded: no answer within 5 seconds. Press once more." : "Not recorded: the page can’t be reached.");
  } finally { done(); }
}

const listing = (form) => form.action.split("/l/")[1]?.split("/")[0] ?? "";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.whole !== undefined) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  if (link.origin !== location.origin || !link.closest(".row") || !wide.matches || !body().classList.contains("two")) return;
  event.preventDefault();
  go(link.href, { focus: [".row.selected a.wide"] });
});

addEventListener("popstate", () => go(location.href, { note: "" }));

// --- keys

const rows = () => all(".row a").filter((link) => link.offsetParent !== null);

function step(by) {
  const links = rows();
  const at = links.findIndex((link) => link === document.activeElement || link.getAttribute("aria-current") === "true");
  const to = links[Math.min(Math.max(at + by, 0), links.length - 1)];
  if (!to) return;
  to.focus();
  const beside = wide.matches && body().classList.contains("two");
  if (beside && to.getAttribute("aria-current") !== "true") go(to.href, { note: "replace", focus: [".row.selected a.wide"] });
}

function press(key) {
  const open = find("details.ask-more[open]");
  const inside = open && find(`[data-key="${CSS.escape(key)}"]`, open);
  const target = inside && inside.tagName !== "SUMMARY" ? inside : all(`[data-key="${CSS.escape(key)}"]`).find((each) => each.offsetParent !== null && !each.closest("details .sheet"));
  if (!target) return false;
  if (target.tagName === "SUMMARY") {
    const details = target.parentElement;
    details.open = !details.open;
    (details.open ? find("input:not([type=hidden]), button", details) : target).focus();
  } else target.click();
  return true;
}

const places = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  "/": () => find(".find input")?.focus(), "?": () => location.assign("/keys"),
  e: () => { all(".listing details").forEach((each) => { each.open = true; }); find("#why")?.scrollIntoView(); },
  u: () => (find(".row.selected a.wide") ?? find("a[data-key=u]"))?.focus(),
  ".": () => find("[data-new]")?.click(),
  G: () => { waiting = true; setTimeout(() => { waiting = false; }, 1500); },
};
let waiting = false;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { const open = find("details.ask-more[open]"); if (open) { open.open = false; find("summary", open).focus(); } return; }
  if (event.ctrlKey || event.metaKey || event.altKey || body().dataset.keys === "off") return;
  const on = event.target;
  if (on.matches?.("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
  if (event.key.startsWith("Arrow") && !on.closest?.(".row")) return;
  if (waiting) {
    waiting = false;
    const link = find(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
    if (link) { event.preventDefault(); location.assign(link.href); }
    return;
  }
  if (event.key in places || event.key.length === 1) {
    if (going && "psgbz".includes(event.key)) { pressed.push(event.key); event.preventDefault(); } else if (onKey(event.key)) event.preventDefault();
  }
});

function onKey(key) {
  if (!(key in places)) return press(key);
  places[key]();
  return true;
}

document.addEventListener("toggle", (event) => {
  if (event.target.open && event.target.matches?.("details.ask-more")) all("details.ask-more[open]").forEach((each) => { if (each !== event.target) each.open = false; });
}, true);

// --- what is new, while the tab is looked at; nothing moves under the reader's finger

async function look() {
  if (document.visibilityState !== "visible" || !body().classList.contains("two")) return;
  try {
    const { page } = await ask(`/new?since=${body().dataset.now}`);
    const note = find(".new", page);
    find(".rows .new")?.remove();
    if (note) find(".rows")?.prepend(document.adoptNode(note));
  } catch { /* asked again in a minute */ }
}
setInterval(look, 60_000);

// --- tuning: what a change would do, while it is made; the answer to an older one is dropped

find(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

let tries = 0;
let settling = 0;

let again = 0;

function mirror() {
  if (!wide.matches) all(".reasons").forEach((each) => { each.open = false; }); // their signs stand beside
  all("[data-mirrors]").forEach((range) => { range.hidden = false; });
  clearTimeout(again);
  if (find("[data-again]")) again = setTimeout(() => all("[data-again]").forEach(goOn), 1000);
}
mirror();

// A text that can't be read opens where it is wrong.
const wrong = find("textarea[data-line]");
if (wrong) {
  const [lines, at] = [wrong.value.split("\n"), Number(wrong.dataset.line) - 1];
  const before = lines.slice(0, at).join("\n");
  const [whole, start] = [wrong.value, before.length + (at > 0)];
  wrong.value = before; // how high that is, with its long lines folded
  const top = wrong.scrollHeight - wrong.clientHeight;
  wrong.value = whole;
  wrong.focus({ preventScroll: true });
  wrong.setSelectionRange(start, start + (lines[at] ?? "").length);
  wrong.scrollTop = top > 0 ? top + wrong.clientHeight / 2 : 0;
  wrong.scrollIntoView({ block: "nearest" });
}

// A slider stops where something moves, if it is known where.
function settle(range) {
  const steps = (range.dataset.steps ?? "").split(" ").filter(Boolean).map(Number);
  const at = Number(range.value);
  if (!steps.length) return String(Number(at.toPrecision(3)));
  const value = String(steps.reduce((best, each) => (Math.abs(each - at) < Math.abs(best - at) ? each : best)));
  range.value = value;
  const told = find(`[data-sets="${CSS.escape(range.dataset.mirrors)}"][data-value="${CSS.escape(value)}"]`);
  range.setAttribute("aria-valuetext", told?.dataset.told ?? value);
  return value;
}

function put(page, ids) {
  for (const id of ids) {
    const [now, then] = [document.getElementById(id), find(`#${id}`, page)];
    if (!now || !then) continue;
    if (now.contains(document.activeElement)) { // what a field is compared with is the text's all the same
      all("[name^='was.']", now).forEach((each) => { each.value = find(`[name="${CSS.escape(each.name)}"]`, then)?.value ?? each.value; });
      continue;
    }
    if (now.tagName === "DETAILS") then.open = now.open;
    const open = all("details", now).map((each) => each.open);
    all("details", then).forEach((each, at) => { each.open = open[at] ?? each.open; });
    now.replaceWith(document.adoptNode(then));
  }
}

// What stands in the fields here, also in those of an answer that knows only the file.
function keepFields(now, then) {
  for (const each of all("[name]", now)) {
    const other = find(`[name="${CSS.escape(each.name)}"]`, then);
    if (other?.matches("select")) all("option", other).forEach((option) => option.toggleAttribute("selected", option.value === each.value));
    else other?.setAttribute("value", each.value);
    if (other?.id) find(`[data-mirrors="${CSS.escape(other.id)}"]`, then)?.setAttribute("value", each.value || "0");
  }
}

// What isn't whole yet is asked for again, unless it was changed here meanwhile.
async function goOn(part) {
  const mine = tries;
  const changed = () => all("[name^='set.']", part).some((each) => each.value !== (each.defaultValue ?? find("[selected]", each)?.value));
  try {
    const { answer, page } = await ask(part.dataset.again);
    if (!answer.ok) delete part.dataset.again;
    else if (mine === tries && !changed()) { keepFields(part, find(`#${part.id}`, page)); put(page, [part.id]); }
  } catch { /* asked again in a second */ }
  mirror();
}

document.addEventListener("click", async (event) => {
  const on = event.target.closest?.("[data-sets], [data-stop]");
  if (!on) return;
  event.preventDefault();
  if (on.dataset.sets) {
    const field = document.getElementById(on.dataset.sets);
    field.value = on.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  on.disabled = true;
  const fields = new URLSearchParams({ form: on.value, n: find("[name=n]", on.form).value });
  const { page } = await ask(on.getAttribute("formaction"), { method: "POST", body: fields });
  on.blur();
  put(page, ["preview"]);
});

document.addEventListener("input", (event) => {
  const on = event.target;
  const form = on.closest?.("form[data-live]");
  if (!form) return;
  if (on.dataset.mirrors) document.getElementById(on.dataset.mirrors).value = settle(on);
  const range = on.id && find(`[data-mirrors="${CSS.escape(on.id)}"]`, form);
  if (range) range.value = on.value;
  clearTimeout(settling);
  settling = setTimeout(() => tryOut(form), 300);
});

async function tryOut(form) {
  const mine = ++tries;
  find("#preview").classList.add("old");
  try {
    const { page } = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(120_000) });
    if (mine !== tries) return;
    const [now, wrong] = [find("#preview"), all("#preview > .no", page)];
    const stays = wrong.length && find("table", now); // what was last good stays, dimmed, under what is wrong
    if (stays) { all(":scope > .no", now).forEach((each) => each.remove()); now.prepend(...wrong); }
    put(page, stays ? ["sliders", "text"] : ["sliders", "text", "preview"]);
    mirror();
  } catch { if (mine === tries) find("#preview").textContent = "No answer: the page can’t be reached."; }
}
