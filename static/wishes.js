/* The wishes of step 2, made quicker: search while typing, and the summary of each part says what is
   chosen in it. Everything also works without this file. */

const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const FIRST_SYLLABLE = 0xac00;
const SYLLABLES_OF_INITIAL = 588;

/* In single letters, so that a syllable may be half composed: "오지" is found in "오징어". */
const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/[\s\p{P}\p{M}]/gu, "");

/* "한국" becomes "ㅎㄱ"; what is not a Korean syllable stays. */
const initials = (text) =>
  text.replace(/[가-힣]/g, (syllable) =>
    INITIALS[Math.floor((syllable.charCodeAt(0) - FIRST_SYLLABLE) / SYLLABLES_OF_INITIAL)]);

/* --- What is chosen ------------------------------------------------------------------------------ */

function say(part) {
  const inputs = [...part.querySelectorAll("input:checked")].filter((one) => one.value);
  const names = inputs.map((one) => {
    const label = one.closest("label");
    return (label.querySelector(".wish-name") || label.querySelector("span")).textContent.trim();
  });
  part.querySelector(".chosen").textContent = names.join(", ");
}

const parts = [...document.querySelectorAll("details.wish")];
for (const part of parts) {
  say(part);
  part.addEventListener("change", () => say(part));
}
window.addEventListener("pageshow", () => parts.forEach(say)); /* what the browser filled in again */

/* --- Search -------------------------------------------------------------------------------------- */

const input = document.querySelector("#wish-search");

function find() {
  const sought = folded(input.value);
  const inInitials = /^[ㄱ-ㅎ\s]+$/.test(input.value.trim());
  let found = 0;
  for (const group of document.querySelectorAll("#must-have .wish-group")) {
    let here = 0;
    for (const tile of group.querySelectorAll(".wish-tile")) {
      const source = tile.querySelector(".wish-source").textContent;
      const words = tile.textContent.replace(source, "");
      tile.hidden = !folded(inInitials ? initials(words) : words).includes(sought);
      if (!tile.hidden) here += 1;
    }
    group.hidden = here === 0;
    const more = group.querySelector("details");
    if (more) {
      more.hidden = !more.querySelector(".wish-tile:not([hidden])");
      more.open = Boolean(sought);
    }
    found += here;
  }
  const status = input.closest(".wish-search").querySelector("[role=status]");
  const { some, none } = status.dataset;
  status.textContent = !sought ? "" : found ? some.replace("{found}", found) : none;
}

if (input) {
  input.closest(".wish-search").hidden = false;
  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); /* guard: the survey is not sent by it */
  });
}
