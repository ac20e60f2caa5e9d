// What a chart says of a period: each line's text as the server wrote it, its standing, and its note.
(() => {
  const { begin, end, plain, shorten, wrap } = charts;
  const NOTE = 80;
  // The lines' marks as text, for those whose own points lie elsewhere.
  const GLYPHS = [..."●■▲◆▼✚⬟✖"];

  const at = (points, moment) => points.find((point) => begin(point) <= moment && moment < end(point));

  const entry = (name, point, words, marker = "") => {
    const standing = words[point.status];
    return {
      text: `${name}: ${point.text}${standing ? ` (${standing})` : ""}`,
      label: point.label,
      note: point.note,
      marker,
    };
  };

  // Everything that has a value in the period with this moment in it.
  const tell = ({ lines, targets, band, words }, moment, markers, shown) => {
    const told = [];
    for (const [place, line] of lines.entries()) {
      const point = at(line.points, moment);
      if (point && shown[`line ${place}`] !== false)
        told.push(entry(line.name, point, words, markers[`line ${place}`] ?? `${GLYPHS[place]}  `));
    }
    const peers = at(band ?? [], moment);
    if (peers?.text) told.push(entry(words.band, peers, words));
    for (const target of targets.filter((one) => begin(one) <= moment && moment < end(one))) {
      told.push(entry(target.name || words[target.aim], target, words));
    }
    return told;
  };

  // One column of text: the period first, where all share it, then a row or more for each.
  charts.tooltip = (data, look, momentOf) => (hits) => {
    const markers = Object.fromEntries(hits.map(({ seriesName, marker }) => [seriesName, marker]));
    const told = tell(data, momentOf(hits[0]), markers, look.selected);
    const signs = Math.floor(Math.min(look.width - 60, 520) / 6.5);
    const labels = new Set(told.map(({ label }) => label).filter(Boolean));
    const block = ({ text, label, note, marker }, hasNote) => {
      const words = labels.size > 1 && label ? `${text}, ${label}` : text;
      const rows = wrap(words, signs - 2).map((row, place) => (place ? "     " : marker) + plain(row));
      return rows.concat(
        hasNote && note ? wrap(shorten(note, NOTE), signs - 2).map((row) => `     ${plain(row)}`) : [],
      );
    };
    const all = (hasNotes) => [
      ...(labels.size === 1 ? [plain([...labels][0])] : []),
      ...told.flatMap((one) => block(one, hasNotes)),
    ];
    // Where the notes do not fit, they stand in the table.
    const rows = all(true);
    return (rows.length * 22 + 30 > look.height ? all(false) : rows).join("\n");
  };
})();
