// Menus are <details>: they open without script. This only closes them again.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open], details.top-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open], details.top-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
