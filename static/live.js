/* Sends a form in the background and swaps parts of the page by those of the answer.

   A form, a button or a link with data-live="#one, #two" names the parts. A form with it is sent at
   every change of a field (data-wait: so many milliseconds after it), a button or link with it when
   it is pressed; data-focus="#three" on these is where the focus goes then, else it stays where it
   was. Of a link with data-sets="one two" only these fields of its address count: the others are as
   they are by now. Details with an id stay open. Without script all works as usual. The answer is the whole page, so that the server knows only one; a refusal, or one without the parts,
   takes the place of all of this page's content.

   What changes something (POST) is sent one after the other and never given up; of what only asks
   (GET) the newest counts. */

let newest = 0;
let controller = null;
let posted = Promise.resolve();

const partsOf = (selectors) => selectors.split(",").map((selector) => selector.trim());

/* Where the focus was, so that it can come back: by id, else by place, else by name and value. */
function rememberFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const { id, name, value } = element;
  return { id, name, value, place: element.dataset.place };
}

function focusAgain({ id, name, value, place }) {
  const all = [...document.querySelectorAll("button, input, select, a, summary")];
  const found =
    (id && document.getElementById(id)) ||
    (place && all.find((one) => one.dataset.place === place && one.name === name)) ||
    (name && all.find((one) => one.name === name && one.value === value)) ||
    (place && document.querySelector("main"));
  if (found && found !== document.activeElement) found.focus({ preventScroll: true });
}

function swap(selectors, ok, text, focus, target) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  const whole = ok && partsOf(selectors).every((part) => answer.querySelector(part));
  for (const open of whole ? document.querySelectorAll("details[id][open]") : []) {
    answer.getElementById(open.id)?.setAttribute("open", "");
  }
  for (const part of whole ? partsOf(selectors) : ["main"]) {
    document.querySelector(part)?.replaceWith(document.adoptNode(answer.querySelector(part)));
  }
  const main = document.querySelector("main");
  const refused = main.querySelector("[autofocus]") || main;
  if (target && whole) document.querySelector(target)?.closest("details")?.setAttribute("open", "");
  const goal = whole ? target && document.querySelector(target) : refused;
  if (goal) goal.focus();
  else if (focus) focusAgain(focus);
  document.dispatchEvent(new CustomEvent("live:swapped"));
  return whole;
}

/* While it waits, a part that will be new as a whole takes no taps: they would be lost. */
function wait(selectors, submitter, waiting) {
  for (const part of partsOf(selectors)) {
    const element = document.querySelector(part);
    element?.setAttribute("aria-busy", String(waiting));
    if (element && submitter?.dataset.focus) element.inert = waiting;
  }
}

function question(form, submitter) {
  const method = (submitter?.getAttribute("formmethod") || form.method).toUpperCase();
  const address = new URL(submitter?.getAttribute("formaction") || form.action, location.href);
  const fields = new URLSearchParams(new FormData(form));
  if (submitter?.name) fields.append(submitter.name, submitter.value);
  if (method !== "POST") {
    address.search = fields;
    return { method, address };
  }
  return { method, address, body: fields };
}

function followed(link) {
  const address = new URL(link.href);
  if (!link.dataset.sets) return { method: "GET", address };
  const fields = new URLSearchParams(location.search);
  for (const name of link.dataset.sets.split(" ")) {
    const value = address.searchParams.get(name);
    if (value === null) fields.delete(name);
    else fields.set(name, value);
  }
  address.search = fields;
  return { method: "GET", address };
}

/* `form` may be a link, which is its own `submitter` then. */
async function send(form, submitter, selectors) {
  const mine = ++newest;
  const focus = rememberFocus();
  const { method, address, body } = form.href ? followed(form) : question(form, submitter);
  controller?.abort();
  controller = null;
  wait(selectors, submitter, true);
  const before = posted;
  let done = () => {};
  if (method === "POST") posted = new Promise((resolve) => (done = resolve));
  try {
    await before;
    if (method === "GET") controller = new AbortController();
    const signal = method === "GET" ? controller.signal : undefined;
    const response = await fetch(address, { method, body, signal });
    const text = await response.text();
    done();
    if (mine !== newest) return; /* guard: a later question is on its way */
    const whole = swap(selectors, response.ok, text, focus, submitter?.dataset.focus);
    if (whole && (method === "GET" || response.redirected)) {
      history.replaceState(history.state, "", response.url.split("#")[0]);
      const back = document.querySelector(".languages input[name=next]");
      if (back) back.value = location.pathname + location.search;
    }
  } catch (error) {
    done();
    if (error.name === "AbortError" || mine !== newest || !form.isConnected) return;
    wait(selectors, submitter, false);
    form.removeAttribute("data-live");
    submitter?.removeAttribute("data-live");
    /* As without script: the browser says what is wrong. */
    if (form.href) form.click();
    else form.requestSubmit(submitter);
  }
}

document.addEventListener("submit", (event) => {
  const selectors = event.submitter?.dataset.live || event.target.dataset.live;
  if (!selectors || event.defaultPrevented) return;
  event.preventDefault();
  send(event.target, event.submitter, selectors);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || event.defaultPrevented || event.button) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  send(link, link, link.dataset.live);
});

let waiting = 0;
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.live) return;
  const output = form.querySelector(`output[for="${event.target.id}"]`);
  if (output) output.value = `${event.target.value}${output.dataset.unit || ""}`;
  clearTimeout(waiting);
  const pause = event.target.dataset.wait || 120;
  waiting = setTimeout(() => form.isConnected && send(form, null, form.dataset.live), pause);
});
