// Offers titles while somebody types into a search box, and ways to topics and organisations.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]");
  const leads = form.querySelector(".leads");
  const before = [...input.list.children];
  let waiting;
  let asked;

  async function offer() {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) {
      show(before, []);
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
    input.list.replaceChildren(...options);
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
}
