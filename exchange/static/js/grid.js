// Moves between the cells of a table of inputs by arrows and Enter, and spreads what was copied from a spreadsheet.
(() => {
  const rowsOf = (table) =>
    [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);

  function placeOf(rows, input) {
    const row = rows.findIndex((cells) => cells.includes(input));
    return [row, rows[row]?.indexOf(input) ?? -1];
  }

  function go(rows, row, column) {
    const target = rows[row]?.[column];
    target?.focus();
    target?.select();
    return Boolean(target);
  }

  function move(event) {
    const { key, target, currentTarget } = event;
    if (target.tagName !== "INPUT" || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowDown: 1, Enter: event.shiftKey ? -1 : 1, ArrowUp: -1 };
    if (!(key in steps)) return;
    // Enter submits no half-filled grid.
    event.preventDefault();
    const rows = rowsOf(currentTarget);
    const [row, column] = placeOf(rows, target);
    go(rows, row + steps[key], column);
  }

  function spread(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (event.target.tagName !== "INPUT" || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const rows = rowsOf(event.currentTarget);
    const [top, left] = placeOf(rows, event.target);
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    lines.forEach((line, down) => {
      line.split("\t").forEach((cell, right) => {
        const input = rows[top + down]?.[left + right];
        if (!input) return;
        input.value = cell.trim();
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  }

  for (const table of document.querySelectorAll("[data-grid]")) {
    table.addEventListener("keydown", move);
    table.addEventListener("paste", spread);
  }
})();
