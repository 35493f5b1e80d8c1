/* Sends a form in the background and swaps parts of the page by those of the answer.

   A form or a button with data-live="#one, #two" names the parts. A form with it is sent at every
   change of a field, a button with it when it is pressed; data-focus="#three" on the button is where
   the focus goes then, else it stays where it was. Without script both are sent as usual,
   and they are also if anything goes wrong here. The answer is the whole page, so that the server
   knows only one. */

let newest = 0;
let controller = null;

/* Where the focus was, so that it can come back: by id, else by name and value, else by place. */
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
    (name && all.find((one) => one.name === name && one.value === value));
  if (found && found !== document.activeElement) found.focus({ preventScroll: true });
}

function swap(selectors, text, focus, target) {
  const answer = new DOMParser().parseFromString(text, "text/html");
  const pairs = selectors.split(",").map((selector) => {
    return [document.querySelector(selector.trim()), answer.querySelector(selector.trim())];
  });
  if (pairs.some(([here, there]) => !here || !there)) return false;
  for (const [here, there] of pairs) here.replaceWith(document.adoptNode(there));
  const goal = target && document.querySelector(target);
  if (goal) goal.focus();
  else if (focus) focusAgain(focus);
  document.dispatchEvent(new CustomEvent("live:swapped"));
  return true;
}

async function send(form, submitter, selectors) {
  const mine = ++newest;
  if (controller) controller.abort();
  controller = new AbortController();
  const method = (submitter?.getAttribute("formmethod") || form.method).toUpperCase();
  const address = new URL(submitter?.getAttribute("formaction") || form.action, location.href);
  const fields = new URLSearchParams(new FormData(form, submitter));
  const options = { method, signal: controller.signal, credentials: "same-origin" };
  if (method === "GET") address.search = fields;
  else options.body = fields;
  for (const selector of selectors.split(",")) {
    document.querySelector(selector.trim())?.setAttribute("aria-busy", "true");
  }
  const focus = rememberFocus();
  try {
    const response = await fetch(address, options);
    const text = await response.text();
    if (mine !== newest) return; /* guard: a later question is on its way */
    if (!swap(selectors, text, focus, submitter?.dataset.focus)) location.assign(response.url);
    else if (method === "GET" || response.redirected) {
      history.replaceState(history.state, "", response.url.split("#")[0]);
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    if (submitter) submitter.removeAttribute("data-live");
    form.removeAttribute("data-live");
    form.requestSubmit(submitter);
  }
}

document.addEventListener("submit", (event) => {
  const selectors = event.submitter?.dataset.live || event.target.dataset.live;
  if (!selectors || event.defaultPrevented) return;
  event.preventDefault();
  send(event.target, event.submitter, selectors);
});

let waiting = 0;
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.live) return;
  const output = form.querySelector(`output[for="${event.target.id}"]`);
  if (output) output.value = `${event.target.value}${output.dataset.unit || ""}`;
  clearTimeout(waiting);
  waiting = setTimeout(() => send(form, null, form.dataset.live), 120);
});
