/* A poster that does not load gives way to the cover that is drawn beneath it. */

function drop(image) {
  if (image.closest(".poster")) image.remove();
}

/* Errors do not bubble, so they are caught on their way down. */
document.addEventListener(
  "error",
  (event) => {
    if (event.target instanceof HTMLImageElement) drop(event.target);
  },
  true,
);

/* Those that failed before this was here. */
for (const image of document.querySelectorAll(".poster img")) {
  if (image.complete && image.naturalWidth === 0) drop(image);
}
