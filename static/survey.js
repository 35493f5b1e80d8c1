/* The survey, made quicker: live count, one budget, search while typing, no second sending.
   Everything also works without this file. */

const $ = (selector) => document.querySelector(selector);

/* --- The films judged: counted in the bar, and kept at once -------------------------------------- */

const ticked = (name) => [...document.querySelectorAll(`input[name=${name}]:checked`)];

function count() {
  const text = $("#count");
  if (!text) return;
  const boxes = ticked("liked");
  const picked = new Set(boxes.map((box) => box.value)).size;
  const { none, one, some } = text.dataset;
  const words = picked === 0 ? none : picked === 1 ? one : some.replace("{picked}", picked);
  if (text.textContent !== words) text.textContent = words;
  const next = $("#count-next");
  const { fewest, sharper, few, more, plenty } = next.dataset;
  next.textContent = picked < Number(fewest) ? few : picked < Number(sharper) ? more : plenty;
  document.querySelectorAll(".meter-steps span").forEach((segment, place) => {
    segment.className = place < picked ? "done" : place === picked ? "next" : "";
  });
  showThumbs(boxes);
}

function showThumbs(boxes) {
  const covers = boxes.slice(-3).map((box) => {
    const cover = box.closest("label").querySelector(".poster").cloneNode(true);
    cover.classList.add("bare");
    cover.querySelector("img").alt = "";
    return cover;
  });
  $(".thumbs").replaceChildren(...covers);
}

/* A tap is kept by the server, so that nothing is lost by a reload; the last state counts. */
let keeping = 0;
let kept = null; /* what is on its way */

function keep() {
  const form = $("#survey-form");
  clearTimeout(keeping);
  keeping = setTimeout(() => {
    if (!form.isConnected || form.dataset.sent || kept) return kept?.finally(keep);
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("q");
    fields.append("keep", "1");
    kept = fetch(form.action, { method: "POST", body: fields })
      .catch(() => {})
      .finally(() => (kept = null));
  }, 400);
}

/* What is sent waits for it: two requests at once would begin two surveys. */
document.addEventListener(
  "submit",
  (event) => {
    clearTimeout(keeping);
    if (!kept || event.target.id !== "survey-form") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target, submitter } = event;
    kept.finally(() => target.isConnected && target.requestSubmit(submitter));
  },
  true,
);

document.addEventListener("change", ({ target }) => {
  if (target.name !== "liked" && target.name !== "disliked") return;
  const other = target.name === "liked" ? "disliked" : "liked";
  for (const box of document.querySelectorAll(`input[value="${target.value}"]`)) {
    if (box.name === target.name) box.checked = target.checked; /* one film may be in two places */
    if (box.name === other && target.checked) box.checked = false;
  }
  count();
  keep();
});
document.addEventListener("live:swapped", () => {
  count();
  begin();
});

/* --- One budget: the amount that is written, or the chip that is tapped ---------------------------- */

document.addEventListener("input", ({ target }) => {
  const written = $("#id_monthly_budget");
  if (target.name === "budget_choice") written.value = "";
  if (target !== written) return;
  const none = !written.value.trim();
  for (const chip of document.querySelectorAll("input[name=budget_choice]")) {
    chip.checked = none && !chip.value; /* nothing written: no limit, as at the beginning */
  }
});

/* --- A form is sent once ------------------------------------------------------------------------- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("once" in form.dataset) || event.submitter?.dataset.live || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault(); /* guard: a second click */
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((one) => one.removeAttribute("aria-disabled"));
  }
  count();
});

/* --- Search while typing: a combobox with a list of options (ARIA Authoring Practices) ----------- */

class Combobox {
  constructor(input) {
    this.input = input;
    this.list = $("#film-options");
    this.status = $("#search-status");
    this.asked = 0;
    this.active = -1;
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.type());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); /* keeps the focus */
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  get options() {
    return [...this.list.children];
  }

  type() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), 80);
  }

  async ask() {
    const mine = ++this.asked;
    const text = this.input.value.trim();
    if (!text) return this.close();
    try {
      const response = await fetch(`${this.input.dataset.options}?${new URLSearchParams({ q: text })}`);
      const html = response.ok ? await response.text() : "";
      if (mine !== this.asked) return; /* guard: an answer to what was typed before */
      this.show(html);
    } catch {
      this.close(); /* the button still searches */
    }
  }

  show(html) {
    const wanted = this.options[this.active]?.dataset.movie; /* stays, if it was found again */
    const answer = new DOMParser().parseFromString(html, "text/html");
    this.list.replaceChildren(...(answer.querySelector("ul")?.children ?? []));
    this.status.textContent = answer.querySelector("p")?.textContent.trim() ?? "";
    for (const option of this.options) this.mark(option);
    const some = this.options.length > 0 && document.activeElement === this.input;
    this.list.hidden = !some;
    this.input.setAttribute("aria-expanded", String(some));
    this.move(this.options.findIndex((option) => option.dataset.movie === wanted));
  }

  mark(option) {
    const box = boxOf(option.dataset.movie);
    option.toggleAttribute("data-picked", Boolean(box?.checked));
  }

  close() {
    this.asked += 1;
    clearTimeout(this.waiting);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.move(-1);
  }

  move(place) {
    this.active = place;
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    const option = this.options[place];
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    /* guard: the key belongs to the Hangul that is being composed (Safari says so by 229 only) */
    if (event.isComposing || event.keyCode === 229) return;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return void this.ask();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = this.active + step;
      this.move(next > last ? -1 : next < -1 ? last : next);
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.close();
      if (this.input.value.trim()) this.input.form.requestSubmit($("#survey-form button[name=find]"));
    } else if (event.key === "Escape") {
      if (!this.list.hidden) event.preventDefault();
      this.close();
    }
  }

  /* Tick the film, where it is on the page, or as a new one among the picks; ticked already: untick. */
  choose(option) {
    const { movie, title } = option.dataset;
    let box = boxOf(movie);
    if (box) box.checked = !box.checked;
    else {
      const tile = option.querySelector("template").content.cloneNode(true);
      $("#picked ul").prepend(tile);
      $("#picked").hidden = false;
      box = boxOf(movie);
    }
    count();
    keep();
    this.input.value = "";
    this.close();
    this.status.textContent = `${title}: ${box.checked ? "✓" : "–"} ${$("#count").textContent}`;
  }
}

const boxOf = (movie) => document.querySelector(`input[name=liked][value="${movie}"]`);

function begin() {
  const input = $("#id_search");
  if (input && input.getAttribute("role") !== "combobox") new Combobox(input);
}

begin();
count();
