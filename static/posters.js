/* A poster that does not load gives way to the cover that is drawn for the film. */

function draw(image) {
  const { cover } = image.dataset;
  if (!cover) return;
  delete image.dataset.cover;
  image.src = cover;
}

/* Errors do not bubble, so they are caught on their way down. */
document.addEventListener(
  "error",
  (event) => {
    if (event.target instanceof HTMLImageElement) draw(event.target);
  },
  true,
);

/* Those that failed before this was here. */
for (const image of document.querySelectorAll("img[data-cover]")) {
  if (image.complete && image.naturalWidth === 0) draw(image);
}
