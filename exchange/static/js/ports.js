// Offers known ports for the last of several codes: a datalist completes a whole line only.
(() => {
  const field = document.getElementById("id_ports");
  const list = document.getElementById("known-ports");
  if (!field || !list) return;
  const ports = [...list.options].map((option) => [option.value, option.textContent]);

  field.addEventListener("input", () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1).trim();
    list.replaceChildren(
      ...ports
        .filter(([code]) => !before.includes(code))
        .map(([code, name]) => {
          const option = document.createElement("option");
          option.value = before ? `${before} ${code}` : code;
          option.textContent = name;
          return option;
        }),
    );
  });
})();
