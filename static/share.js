/* Offers to pass on the link in a field: by the device's own dialog where it has one, and by copying.
   The buttons are hidden without script, because they could do nothing; the field is there for all. */

const status = () => document.querySelector(".share-status");

function say(text) {
  const place = status();
  place.textContent = "";
  /* Said again if it is pressed again: a live region tells only what changes. */
  setTimeout(() => (place.textContent = text), 50);
}

function offer() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  for (const button of document.querySelectorAll("[data-share]")) button.hidden = !navigator.share;
}

async function copy(field) {
  field.focus();
  field.select();
  try {
    /* Without HTTPS there is no clipboard; then the older way may still do. */
    if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
    else if (!document.execCommand("copy")) throw new Error("refused");
    say(status().dataset.copied);
  } catch {
    say(status().dataset.failed);
  }
}

async function share(field) {
  try {
    /* KakaoTalk shows the text above the preview of the link. */
    await navigator.share({ title: "OTTwin", text: field.dataset.text, url: field.value });
  } catch (error) {
    if (error.name !== "AbortError") copy(field); /* AbortError: they thought better of it */
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-share], [data-copy]");
  if (!button) return;
  const { share: shared, copy: copied } = button.dataset;
  if (shared) share(document.querySelector(shared));
  else copy(document.querySelector(copied));
});
document.addEventListener("live:swapped", offer);
offer();
