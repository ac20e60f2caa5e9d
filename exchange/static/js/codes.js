// Buttons that keep what is shown once: as a file, or on paper. Without script they stay hidden.
for (const button of document.querySelectorAll("button[data-download]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const codes = document.getElementById(button.dataset.download).value;
    const text = new Blob([`${button.dataset.heading}\n\n${codes}\n`], { type: "text/plain" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(text);
    link.download = button.dataset.name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
