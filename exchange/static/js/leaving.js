// Asks before a page is left whose form holds text that has not been sent, or was refused.
(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  let unsent = form.dataset.keep === "refused";
  form.addEventListener("input", () => {
    unsent = true;
  });
  form.addEventListener("submit", () => {
    unsent = false;
  });
  addEventListener("beforeunload", (event) => {
    if (unsent) event.preventDefault();
  });
})();
