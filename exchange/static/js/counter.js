// Says how many characters a short text has left, and a long one when it nears its end.
(() => {
  for (const field of document.querySelectorAll("[data-most]")) {
    const most = Number(field.dataset.most);
    const always = ["id_title", "id_summary"].includes(field.id);
    const count = document.createElement("small");
    count.className = "meta count";
    const say = () => {
      const { length } = field.value.trim();
      count.textContent = `${length} / ${most}`;
      count.hidden = !always && length <= most * 0.9;
      count.classList.toggle("too-much", length > most);
    };
    field.addEventListener("input", say);
    field.after(count);
    say();
  }
})();
