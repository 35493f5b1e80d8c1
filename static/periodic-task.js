/* The page of a periodic task in admin: says in words when the chosen crontab runs. */

"use strict";

{
  const words = JSON.parse(document.getElementById("readable-crontabs").textContent);
  const chosen = document.getElementById("id_crontab");
  const help = document.querySelector(".field-crontab .help");
  document.querySelector(".field-crontab_translation")?.setAttribute("hidden", "");

  if (chosen && help) {
    const said = help.appendChild(document.createElement("p"));
    const say = () => {
      said.textContent = words[chosen.value] ?? "";
    };
    chosen.addEventListener("change", say);
    say();
  }
}
