// Whoever ticks something below wants it to count: “only what I choose here” is chosen with it.
const only = document.querySelector("input[name=everything][value=no]");
only.form.addEventListener("change", (event) => {
  if (event.target.type === "checkbox" && event.target.checked) {
    only.checked = true;
  }
});
