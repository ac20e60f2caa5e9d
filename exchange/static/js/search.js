// Offers titles while somebody types, and folds the filters on a phone; the page works without it.
(() => {
  const form = document.getElementById("search");
  const input = form.querySelector("input[type=search]");
  const list = document.getElementById("suggestions");
  let waiting;
  let asked;

  async function offer() {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) {
      list.replaceChildren();
      return;
    }
    asked = new AbortController();
    const address = `${form.dataset.suggest}?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      list.replaceChildren(...suggestions.map((title) => new Option(title, title)));
    } catch (error) {
      if (error.name !== "AbortError") list.replaceChildren();
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 200);
  });

  const facets = document.getElementById("facets");
  if (facets && matchMedia("(max-width: 55.99rem)").matches) facets.open = false;
})();
