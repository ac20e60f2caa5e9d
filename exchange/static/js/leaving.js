// Asks before a page is left whose form holds text that has not been sent, or was refused. What is sent is put
// back when somebody has to sign in first: their form is then as they left it, with what it began with.
(() => {
  const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");
  const here = location.pathname + location.search;
  const form = document.querySelector("form[data-keep]");

  if (!form) {
    // Only the sign-in page leads back to the form, and only the one that asks to send again has its address:
    // what was sent has come to nothing. On any other page it has arrived.
    const next = new URLSearchParams(location.search).get("next") ?? here;
    const sent = read("sent");
    if (sent?.page === next) sessionStorage.setItem("unsaved", JSON.stringify(sent));
    sessionStorage.removeItem("sent");
    return;
  }

  const putBack = (values) => {
    const rest = values.filter(([name]) => !["csrfmiddlewaretoken", "nonce"].includes(name));
    for (const field of form.elements) {
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = rest.some(([name, value]) => name === field.name && value === field.value);
      } else {
        const at = rest.findIndex(([name]) => name === field.name);
        if (at >= 0) [[, field.value]] = rest.splice(at, 1);
      }
    }
  };

  const unsaved = read("unsaved");
  let unsent = form.dataset.keep === "refused";
  if (!unsent && unsaved?.page === here && unsaved.person === form.dataset.person) {
    putBack(unsaved.values);
    document.getElementById("put-back").hidden = false;
    unsent = true;
  }
  sessionStorage.removeItem("unsaved");
  sessionStorage.removeItem("sent");

  form.addEventListener("input", () => {
    unsent = true;
  });
  form.addEventListener("submit", () => {
    unsent = false;
    const values = [...new FormData(form)];
    const { person } = form.dataset;
    sessionStorage.setItem("sent", JSON.stringify({ page: here, person, values }));
  });
  addEventListener("beforeunload", (event) => {
    if (unsent) event.preventDefault();
  });
})();
