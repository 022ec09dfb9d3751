"use strict";

// What stands in the data element is text, and is only ever put into the page as text.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  return element;
}

function counted(number, noun) {
  return number.toLocaleString("en") + " " + noun + (number === 1 ? "" : "s");
}

(function theme() {
  const button = byId("theme"), root = document.documentElement, themes = ["auto", "light", "dark"];
  let now = "auto";
  function use(theme) {
    now = theme;
    if (theme === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    button.textContent = "Theme: " + theme;
  }
  // A page from a file may be kept from storing anything.
  try { const kept = localStorage.getItem("ftlint-theme"); if (themes.includes(kept)) use(kept); } catch { /* none is kept */ }
  button.addEventListener("click", () => {
    use(themes[(themes.indexOf(now) + 1) % themes.length]);
    try { localStorage.setItem("ftlint-theme", now); } catch { /* none is kept */ }
  });
  button.hidden = false;
})();
