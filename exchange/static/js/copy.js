// Buttons with data-copy="id" copy that field. Without script they stay hidden, and the field can be selected.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; // the field is selected: Ctrl-C copies it
    }
    button.textContent = button.dataset.copied;
    document.getElementById("status").textContent = button.dataset.copied;
  });
}
