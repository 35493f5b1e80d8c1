/* Tells that a page of a film was looked at, once it has been visible for three seconds in all. A page
   that is fetched or drawn ahead is not visible, so it does not count; without script nothing is
   counted. The form is only there for members who agreed to it. */

const ENOUGH = 3000; /* milliseconds */
const form = document.querySelector("#view");
let left = ENOUGH;
let since = 0;
let timer = 0;

function count() {
  document.removeEventListener("visibilitychange", follow);
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
}

function follow() {
  clearTimeout(timer);
  if (since) left -= performance.now() - since;
  since = document.visibilityState === "visible" ? performance.now() : 0;
  if (since) timer = setTimeout(count, Math.max(left, 0));
}

if (form) {
  document.addEventListener("visibilitychange", follow);
  follow();
}
