// Moves between the cells of a table of inputs by arrows and Enter, and spreads what was copied from a spreadsheet.
(() => {
  const rowsOf = (table) =>
    [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);

  function placeOf(rows, input) {
    const row = rows.findIndex((cells) => cells.includes(input));
    return [row, rows[row]?.indexOf(input) ?? -1];
  }

  // To the side only where the caret has no way left in the text, or all of it is chosen.
  function mayLeave(input, step) {
    const { selectionStart: from, selectionEnd: to, value } = input;
    return (from === 0 && to === value.length) || (from === to && to === (step < 0 ? 0 : value.length));
  }

  function stepOf({ key, shiftKey, target }) {
    if (key === "Enter") return [shiftKey ? -1 : 1, 0];
    if (shiftKey) return null;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (side) return mayLeave(target, side) ? [0, side] : null;
    return { ArrowDown: [1, 0], ArrowUp: [-1, 0] }[key];
  }

  function move(event) {
    const { target, currentTarget } = event;
    if (target.tagName !== "INPUT" || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = stepOf(event);
    if (!step) return;
    const rows = rowsOf(currentTarget);
    const [row, column] = placeOf(rows, target);
    const next = rows[row + step[0]]?.[column + step[1]];
    // Enter submits no half-filled grid.
    if (next || !step[1]) event.preventDefault();
    next?.focus();
    next?.select();
  }

  function tellLeftOut(texts) {
    const said = document.getElementById("left-out");
    said.hidden = !texts.length;
    said.textContent = texts.length ? `${said.dataset.words} ${texts.join(" · ")}` : "";
  }

  function spread(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (event.target.tagName !== "INPUT" || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const rows = rowsOf(event.currentTarget);
    const [top, left] = placeOf(rows, event.target);
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    const leftOut = [];
    lines.forEach((line, down) => {
      line.split("\t").forEach((cell, right) => {
        const input = rows[top + down]?.[left + right];
        if (!input) return cell.trim() && leftOut.push(cell.trim());
        input.value = cell.trim();
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
    tellLeftOut(leftOut);
  }

  for (const table of document.querySelectorAll("[data-grid]")) {
    table.addEventListener("keydown", move);
    table.addEventListener("paste", spread);
  }
})();
