// Offers titles while somebody types, and folds the filters on a phone; the page works without it.
(() => {
  const form = document.getElementById("search");
  const input = form.querySelector("input[type=search]");
  const list = document.getElementById("suggestions");
  const leads = document.getElementById("leads");
  const recent = [...list.children];
  let waiting;
  let asked;

  async function offer() {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) {
      show(recent, []);
      return;
    }
    asked = new AbortController();
    const address = `${form.dataset.suggest}?${new URLSearchParams({ q: text })}`;
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      show(found.suggestions.map((title) => new Option(title, title)), found.leads);
    } catch (error) {
      if (error.name !== "AbortError") show([], []);
    }
  }

  function show(options, found) {
    list.replaceChildren(...options);
    leads.replaceChildren(...found.map(entry));
    leads.hidden = !found.length;
  }

  function entry({ label, url }) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = label;
    const item = document.createElement("li");
    item.append(link);
    return item;
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 200);
  });

  const facets = document.getElementById("facets");
  if (facets && matchMedia("(max-width: 55.99rem)").matches) facets.open = false;
})();
