// How charts look: the page's colours, signs that tell lines apart without colour, and days and numbers as the
// page's language writes them.
window.charts = {
  DAY: 86_400_000,

  MARKS: [
    "circle",
    "rect",
    "triangle",
    "diamond",
    "path://M0,0 L10,0 L5,9 Z",
    "path://M3,0 H7 V3 H10 V7 H7 V10 H3 V7 H0 V3 H3 Z",
    "path://M5,0 L10,4 L8,10 L2,10 L0,4 Z",
    "path://M0,0 L5,3 L10,0 L7,5 L10,10 L5,7 L0,10 L3,5 Z",
  ],
  DASHES: ["solid", [8, 4], [2, 3], [10, 3, 2, 3], [4, 2], [14, 4], [10, 3, 2, 3, 2, 3], [3, 6]],

  // What the style sheet says where this element stands: by day, by night, on paper.
  colours(element) {
    const style = getComputedStyle(element);
    const of = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      ink: of("ink"),
      soft: of("ink-soft"),
      line: of("line"),
      surface: of("surface"),
      lines: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => of(`chart-${number}`)),
      // Double quotes would end the attribute that ECharts writes it into in a file.
      font: style.fontFamily.replaceAll('"', "'"),
    };
  },

  begin: (period) => Date.parse(period.first),
  end: (period) => Date.parse(period.last) + charts.DAY,
  middle: (period) => (charts.begin(period) + charts.end(period)) / 2,

  // Only for drawing: what people read is the text that came with it. What is missing is never zero.
  number: (value) => ((value ?? "") === "" ? null : Number(value)),

  // A number at an axis, short: 808K; with as many decimals as tell it from the next one.
  axisNumber: ({ language, lines }) => {
    const values = lines
      .flatMap(({ points }) => points.map(({ value }) => charts.number(value)))
      .filter((value) => value !== null);
    const largest = Math.max(0, ...values.map(Math.abs));
    const range = Math.max(...values) - Math.min(...values) || largest || 1;
    const unit = largest < 1000 ? 1 : 1000 ** Math.floor(Math.log10(largest) / 3);
    const most = Math.min(Math.max(Math.ceil(Math.log10(unit / range)) + 2, 2), 12);
    const format = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: most });
    return (value) => format.format(value);
  },

  // A day at an axis: the year where one begins, else the month, else the day.
  axisDay: ({ language }) => {
    const format = (how) => new Intl.DateTimeFormat(language, { timeZone: "UTC", ...how });
    const [year, month, day] = [{ year: "numeric" }, { month: "short" }, { day: "numeric", month: "short" }].map(
      format,
    );
    return (value) => {
      const date = new Date(value);
      if (date.getUTCDate() > 1) return day.format(date);
      return (date.getUTCMonth() ? month : year).format(date);
    };
  },

  // ECharts takes {name|text} for a style; people may write it and mean it.
  plain: (text) => String(text ?? "").replaceAll("{", "{\u2060"),

  shorten: (text, most) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text),

  // Text in rows of at most so many signs.
  wrap(text, most) {
    const rows = [""];
    for (const word of text.split(" ")) {
      const row = `${rows.at(-1)} ${word}`.trim();
      if (row.length <= most || !rows.at(-1)) rows[rows.length - 1] = row;
      else rows.push(word);
    }
    return rows;
  },
};
