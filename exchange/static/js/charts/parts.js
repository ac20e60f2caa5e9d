// The parts of a chart: lines, bars, and what stands behind them. None computes a value: points stand where they are.
(() => {
  const { MARKS, DASHES, begin, end, middle, number } = charts;
  const OPEN = ["provisional", "estimated", "forecast"];
  // How wide the peers of one period alone are drawn.
  const BAR = 16;
  const hasValue = (point) => point && number(point.value) !== null;

  // ---- lines

  const mark = (points, place, look) => {
    const point = points[place];
    if (OPEN.includes(point.status)) return 8;
    const ends = [points[place - 1], points[place + 1]].filter((beside) => !hasValue(beside)).length;
    if (ends) return ends === 2 ? 7 : 6;
    // Where points stand close, every some of them has a mark, so that lines can still be told apart.
    const every = Math.ceil(points.length / (look.width / 40));
    return place % every ? 0 : 6;
  };

  const hollow = (colour, look) => ({ color: look.colours.surface, borderColor: colour, borderWidth: 2 });

  const line = ({ points }, place, look) => {
    const colour = look.colours.lines[place];
    const data = [];
    for (const [index, point] of points.entries()) {
      if (point.status === "break") data.push([begin(point), null]);
      const isOpen = OPEN.includes(point.status);
      data.push({
        value: [middle(point), number(point.value)],
        symbolSize: mark(points, index, look),
        ...(isOpen && { itemStyle: hollow(colour, look) }),
      });
    }
    return {
      type: "line",
      name: `line ${place}`,
      data,
      connectNulls: false,
      showSymbol: true,
      symbol: MARKS[place],
      color: colour,
      lineStyle: { width: 2, type: DASHES[place] },
      z: 4,
    };
  };

  // ---- bars, by period

  const periodsOf = ({ lines, band }) => {
    const all = new Map();
    for (const point of [...(band ?? []), ...lines.flatMap(({ points }) => points)]) {
      all.set(`${point.first} ${point.last}`, point);
    }
    return [...all.values()].sort((one, other) => begin(one) - begin(other) || end(one) - end(other));
  };

  const isSame = (one) => (other) => one.first === other.first && one.last === other.last;

  const hatch = (colour, look) => ({
    color: colour,
    borderColor: colour,
    borderWidth: 1,
    decal: {
      symbol: "rect",
      color: look.colours.surface,
      dashArrayX: [1, 0],
      dashArrayY: [3, 3],
      rotation: -Math.PI / 4,
    },
  });

  const bar = ({ points }, place, look, periods) => {
    const colour = look.colours.lines[place];
    return {
      type: "bar",
      name: `line ${place}`,
      color: colour,
      barMaxWidth: 48,
      data: periods.map((period) => {
        const point = points.find(isSame(period));
        if (!hasValue(point)) return null;
        const value = number(point.value);
        return OPEN.includes(point.status) ? { value, itemStyle: hatch(colour, look) } : value;
      }),
    };
  };

  // ---- what stands behind them

  const halo = (look) => ({ color: look.colours.ink, textBorderColor: look.colours.surface, textBorderWidth: 3 });

  // A dashed line over the target's period; where that lies beyond the data, from where these end.
  const targetInTime = (targets, place, look, [from, to], [first, last], lowest) => {
    const target = targets[place];
    const [value, upper] = [number(target.value), number(target.upper)];
    const start = Math.min(begin(target), Math.max(last, from));
    const stop = Math.max(end(target), Math.min(first, to));
    const half = (one) => middle(one) > (from + to) / 2;
    const isLate = half(target);
    // Names at the same edge stand above and below their lines by turns; the lowest one's not on the axis.
    const isLowest = value === lowest;
    const before = targets.slice(0, place).filter((one) => half(one) === isLate).length;
    const label = {
      ...halo(look),
      show: true,
      position: before % 2 && !isLowest ? "bottom" : "top",
      align: isLate ? "right" : "left",
      distance: 6,
      formatter: () => charts.plain(target.name || look.words[target.aim]),
    };
    const edge = (height, isNamed) => [
      { value: [start, height], ...(isNamed && !isLate && { label }) },
      { value: [middle(target), height], symbolSize: isNamed ? 8 : 0 },
      { value: [stop, height], ...(isNamed && isLate && { label }) },
    ];
    const isBand = upper !== null;
    return {
      ...dashed(target, place, look),
      data: isBand ? [...edge(value, false), [stop, null], ...edge(upper, true)] : edge(value, true),
      ...(isBand && { markArea: area(look, { coord: [start, value] }, { coord: [stop, upper] }) }),
    };
  };

  const dashed = (target, place, look) => ({
    type: "line",
    name: `target ${place}`,
    symbol: "diamond",
    symbolSize: 0,
    color: look.colours.ink,
    lineStyle: { width: 1.5, type: target.aim === "baseline" ? [2, 3] : [7, 4] },
    z: 3,
  });

  const area = (look, ...corners) => ({
    silent: true,
    itemStyle: { color: look.colours.ink, opacity: 0.12 },
    data: [corners],
  });

  // Bars stand in no time: a target goes from edge to edge, and its name says for when it is. From below, names
  // stand at the one edge and at the other by turns.
  const targetOverBars = (targets, place, look) => {
    const target = targets[place];
    const lower = targets.filter((one) => number(one.value) < number(target.value)).length;
    const [value, upper] = [number(target.value), number(target.upper)];
    const { lineStyle } = dashed(target, place, look);
    const label = {
      ...halo(look),
      position: lower % 2 ? "insideStartTop" : "insideEndTop",
      formatter: () => charts.plain(target.name || look.words[target.aim]),
    };
    const at = (yAxis, isNamed) => ({ yAxis, label: isNamed ? label : { show: false } });
    return {
      type: "line",
      name: `target ${place}`,
      // Unseen, so that the axis reaches as far.
      data: [value, upper].filter((height) => height !== null).map((height) => [0, height]),
      symbol: "none",
      lineStyle: { width: 0 },
      markLine: {
        silent: true,
        symbol: "none",
        lineStyle: { ...lineStyle, color: look.colours.ink },
        data: upper === null ? [at(value, true)] : [at(value, false), at(upper, true)],
      },
      ...(upper !== null && { markArea: area(look, { yAxis: value }, { yAxis: upper }) }),
      z: 3,
    };
  };

  // The middle half of the peers: what lies below is drawn unseen, the rest stands on it. Periods that do not
  // touch are parted by a gap, and one that touches no other is a bar.
  const peers = (band, look, xOf) => {
    const colour = look.colours.soft;
    const isApart = (place) => !(band[place - 1] && band[place] && end(band[place - 1]) >= begin(band[place]));
    const alone = band.filter((_, place) => isApart(place) && isApart(place + 1));
    const isBar = (entry) => alone.includes(entry);
    const pointsOf = (height) =>
      band.flatMap((entry, place) => {
        const point = { value: [xOf(entry), height(entry)], ...(isBar(entry) && { symbol: "rect" }) };
        if (!place || !isApart(place)) return [point];
        return [{ value: [(xOf(band[place - 1]) + xOf(entry)) / 2, null] }, point];
      });
    const bars = {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: colour, width: BAR, type: "solid", opacity: 0.22 },
      data: alone.map((entry) => [entry.low, entry.high].map((edge) => ({ coord: [xOf(entry), number(edge)] }))),
    };
    const part = (name, height, how) => ({
      type: "line",
      name,
      data: pointsOf(height),
      symbol: "none",
      symbolSize: 0,
      showAllSymbol: true,
      color: colour,
      lineStyle: { width: 0 },
      silent: true,
      z: 1,
      ...how,
    });
    const width = ({ low, high }) =>
      number(low) === null || number(high) === null ? null : number(high) - number(low);
    const stack = { stack: "peers", stackStrategy: "all" };
    return [
      part("below", ({ low }) => number(low), stack),
      part("band", width, { ...stack, areaStyle: { color: colour, opacity: 0.22 }, markLine: bars }),
      part("median", ({ median }) => number(median), {
        lineStyle: { width: 1.5, type: [3, 3] },
        symbolSize: [BAR, 2],
        z: 2,
      }),
    ];
  };

  // Where the way of counting changed: what the server names, and every point that begins anew.
  const breaksOf = ({ breaks, lines, words }) => {
    const named = new Map();
    for (const { first, label } of breaks) {
      const labels = named.get(first) ?? new Set();
      named.set(first, labels.add(label || words.break));
    }
    for (const { first, status } of lines.flatMap(({ points }) => points)) {
      if (status === "break" && !named.has(first)) named.set(first, [words.break]);
    }
    return [...named].map(([first, labels]) => [first, [...labels].join("; ")]);
  };

  // Written along the line, as far as that goes; the whole note is told at the mouse and in the table.
  const short = (label, look) =>
    echarts.format.truncateText(label, look.height * 0.4, `12px ${look.colours.font}`, "…");

  const breakLines = (data, look, xOf) => ({
    type: "line",
    name: "breaks",
    data: [],
    z: 2,
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: look.colours.soft, width: 1.5, type: [4, 4] },
      data: breaksOf(data).map(([first, label]) => ({
        xAxis: xOf(first),
        label: {
          ...halo(look),
          color: look.colours.soft,
          position: "insideEndTop",
          formatter: () => short(charts.plain(label), look),
        },
      })),
    },
  });

  const hundred = (look) => ({
    type: "line",
    name: "hundred",
    data: [],
    z: 1,
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: look.colours.soft, width: 1, type: "solid" },
      data: [{ yAxis: 100 }],
    },
  });

  charts.parts = {
    OPEN,
    hollow,
    line,
    periodsOf,
    isSame,
    hatch,
    bar,
    targetInTime,
    targetOverBars,
    peers,
    breakLines,
    hundred,
  };
})();
