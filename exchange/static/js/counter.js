// Says how many characters a short text has left.
(() => {
  for (const field of document.querySelectorAll("#id_title, #id_summary")) {
    if (field.maxLength < 1) continue;
    const count = document.createElement("small");
    count.className = "meta count";
    const say = () => {
      count.textContent = `${field.value.length} / ${field.maxLength}`;
    };
    field.addEventListener("input", say);
    field.after(count);
    say();
  }
})();
