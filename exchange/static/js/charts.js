// Draws each figure.chart from the data block in it, once, wherever it comes from; the summary and the table beneath
// are the server's. Draws anew by night, on paper, and when its room changes.
(() => {
  const drawn = new Map();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const PICTURE = { width: 1200, height: 640 };

  const zoomOf = (chart) => {
    const [{ start, end } = {}] = chart.getOption()?.dataZoom ?? [];
    return start === undefined ? {} : { start, end };
  };

  const look = (one) => ({
    colours: charts.colours(one.figure),
    zoom: zoomOf(one.chart),
    selected: one.selected,
  });

  function draw(one) {
    const { picture, figure } = one;
    const [width, height] = [picture.clientWidth, picture.clientHeight];
    if (!width) return; // folded away: it is drawn when it has room
    const isMoving = !one.chart && !still.matches;
    if (!one.chart) {
      const box = document.createElement("div");
      picture.replaceChildren(box);
      one.chart = echarts.init(box, null, { renderer: "svg", width, height });
      for (const change of ["legendselectchanged", "legendselectall"]) {
        one.chart.on(change, ({ selected }) => Object.assign(one.selected, selected));
      }
    }
    one.chart.resize({ width, height });
    const isPrinted = figure.classList.contains("printing");
    const option = charts.option(one.data, { ...look(one), width, height, isPrinted, isMoving });
    one.chart.setOption(option, { notMerge: true });
  }

  // ---- downloads, of one size whatever the screen's

  function svgOf(one) {
    const chart = echarts.init(document.createElement("div"), null, { renderer: "svg", ...PICTURE });
    chart.setOption(charts.option(one.data, { ...look(one), ...PICTURE, isPicture: true, isMoving: false }));
    const svg = chart.renderToSVGString();
    chart.dispose();
    return svg;
  }

  async function pngOf(one) {
    const image = new Image(PICTURE.width, PICTURE.height);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(one))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [PICTURE.width * 2, PICTURE.height * 2];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => {
      canvas.toBlob(done, "image/png");
    });
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // ---- buttons

  function showAll({ chart }) {
    chart.dispatchAction({ type: "dataZoom", start: 0, end: 100 });
    chart.dispatchAction({ type: "legendAllSelect" });
  }

  function tools(one) {
    const { words, file } = one.data;
    const row = document.createElement("div");
    row.className = "chart-tools";
    const actions = [
      [words.reset, () => showAll(one)],
      [words.png, async () => save(await pngOf(one), `${file}.png`)],
      [words.svg, () => save(new Blob([svgOf(one)], { type: "image/svg+xml" }), `${file}.svg`)],
    ];
    for (const [text, action] of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "outline secondary";
      button.textContent = text;
      button.addEventListener("click", () => one.chart && action());
      row.append(button);
    }
    return row;
  }

  // ---- data

  // The server names each period once; here every point has its own.
  function unfold(data) {
    if (!data.periods) return data;
    const lines = data.lines.map(({ name, values, texts, marks }) => ({
      name,
      points: data.periods.map(([first, last, label], place) => {
        const [status, note] = marks[place] ?? ["normal", ""];
        const text = texts[place] || data.words.missing;
        return { first, last, label, value: values[place], text, status, note };
      }),
    }));
    const band = data.band?.map(([first, last, low, median, high, text]) => ({ first, last, low, median, high, text }));
    return { ...data, lines, band };
  }

  // ---- when

  const room = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const one = drawn.get(target);
      if (!one) continue;
      if (target.isConnected) draw(one);
      else {
        room.unobserve(target);
        one.chart?.dispose();
        drawn.delete(target);
      }
    }
  });

  function find() {
    for (const figure of document.querySelectorAll("figure.chart")) {
      const block = figure.querySelector('script[type="application/json"]');
      const picture = figure.querySelector(".chart-picture");
      if (!block || !picture || drawn.has(picture)) continue;
      const one = { figure, picture, data: unfold(JSON.parse(block.textContent)), selected: {}, chart: null };
      if (!one.data.lines.some(({ points }) => points.length)) continue;
      figure.classList.add("drawn");
      figure.classList.toggle("many", one.data.lines.length > 4);
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", one.data.title);
      // What htmx puts back after “back” has the buttons of then, which do nothing.
      figure.querySelector(".chart-tools")?.remove();
      picture.after(tools(one));
      drawn.set(picture, one);
      room.observe(picture);
    }
  }

  const again = () => drawn.forEach(draw);
  const print = (isPrinting) => () => {
    for (const { figure } of drawn.values()) figure.classList.toggle("printing", isPrinting);
    again();
  };
  dark.addEventListener("change", again);
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
  for (const swap of ["htmx:load", "htmx:afterSettle"]) document.addEventListener(swap, find);
  find();
})();
