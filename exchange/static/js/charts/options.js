// Turns the server's data into what ECharts draws.
(() => {
  const { DAY, begin, end, middle } = charts;
  const {
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
  } = charts.parts;

  // ---- the legend, which is as high as its rows

  const signs = ({ kind }, look) => ({
    band: { icon: "rect", itemStyle: { opacity: 0.35 } },
    median: { itemStyle: { opacity: 0 } },
    open:
      kind === "bar"
        ? { icon: "roundRect", itemStyle: hatch(look.colours.soft, look) }
        : { icon: "circle", itemStyle: hollow(look.colours.soft, look) },
  });

  const legend = (data, series, look) => {
    const open = OPEN.filter((status) =>
      data.lines.some(({ points }) => points.some((point) => point.status === status)),
    );
    const names = new Map(data.lines.map(({ name }, place) => [`line ${place}`, name]));
    if (data.band?.length) names.set("band", data.words.band).set("median", data.words.median);
    if (open.length) {
      names.set("open", open.map((status) => data.words[status]).join(", "));
      series.push({ type: "line", name: "open", data: [] });
    }
    const font = `12px ${look.colours.font}`;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    const sign = look.isNarrow ? 24 : 30;
    let [rows, used] = [1, 0];
    for (const [id, name] of names) {
      names.set(id, echarts.format.truncateText(name, look.width - 60, font, "…"));
      const width = pen.measureText(names.get(id)).width + sign + 5;
      if (used && used + width > look.width - 10) [rows, used] = [rows + 1, 0];
      used += width + 10;
    }
    return {
      height: rows * 19 + 8,
      option: {
        data: [...names.keys()].map((name) => ({ name, ...signs(data, look)[name] })),
        formatter: (id) => names.get(id),
        left: 0,
        top: look.isPicture ? 40 : 0,
        width: look.width - 10,
        padding: 4,
        itemGap: 10,
        itemWidth: sign,
        itemHeight: 10,
        textStyle: { color: look.colours.ink, fontSize: 12 },
        inactiveColor: look.colours.line,
        selected: look.selected,
      },
    };
  };

  // ---- the whole

  const axes = (data, look) => {
    const { ink, soft, line: grid } = look.colours;
    const axisLabel = { color: soft, hideOverlap: true };
    const axisLine = { show: true, lineStyle: { color: soft } };
    return {
      x: { axisLabel, axisLine, axisTick: { lineStyle: { color: soft } }, splitLine: { show: false } },
      y: {
        type: "value",
        scale: data.kind === "line",
        name: echarts.format.truncateText(data.unit, look.width - 70, `12px ${look.colours.font}`, "…"),
        nameTextStyle: { color: ink, align: "left" },
        nameGap: 10,
        splitNumber: look.isNarrow ? 4 : 5,
        axisLabel: { ...axisLabel, formatter: charts.axisNumber(data) },
        splitLine: { lineStyle: { color: grid } },
      },
    };
  };

  const inTime = (data, look) => {
    const points = data.lines.flatMap((one) => one.points);
    const reach = (periods) => [Math.min(...periods.map(begin)), Math.max(...periods.map(end))];
    const range = reach([...points, ...data.targets, ...(data.band ?? [])]);
    const heights = [...points, ...data.targets].map(({ value }) => charts.number(value));
    const lowest = Math.min(...heights.filter((height) => height !== null));
    const own = reach(points.length ? points : data.targets);
    const shortest = Math.min(...points.map((point) => end(point) - begin(point)));
    const step = [365, 28].find((days) => shortest >= days * DAY) ?? 1;
    const { x, y } = axes(data, look);
    x.axisLabel = { ...x.axisLabel, formatter: charts.axisDay(data) };
    return {
      xAxis: {
        ...x,
        type: "time",
        min: range[0],
        max: range[1],
        minInterval: step * DAY,
        splitNumber: look.isNarrow ? 4 : 8,
      },
      yAxis: y,
      series: [
        ...peers(data.band ?? [], look, middle),
        ...data.targets.map((_, place) => targetInTime(data.targets, place, look, range, own, lowest)),
        ...data.lines.map((one, place) => line(one, place, look)),
        breakLines(data, look, (first) => Date.parse(first)),
        ...(data.mode === "indexed" ? [hundred(look)] : []),
      ],
      momentOf: ({ axisValue }) => axisValue,
      steps: Math.max(...data.lines.map((one) => one.points.length)),
    };
  };

  const byPeriod = (data, look) => {
    const periods = periodsOf(data);
    const { x, y } = axes(data, look);
    return {
      xAxis: { ...x, type: "category", data: periods.map(({ label }) => label) },
      yAxis: y,
      series: [
        ...peers(data.band ?? [], look, (entry) => periods.findIndex(isSame(entry))),
        ...data.lines.map((one, place) => bar(one, place, look, periods)),
        ...data.targets.map((_, place) => targetOverBars(data.targets, place, look)),
        breakLines(data, look, (first) => periods.findIndex((period) => end(period) > Date.parse(first))),
      ],
      momentOf: ({ dataIndex }) => middle(periods[dataIndex]),
      steps: periods.length,
    };
  };

  const zoom = ({ colours, zoom: now }) => [
    // Only with a key held, so that the page still scrolls.
    {
      type: "inside",
      zoomOnMouseWheel: "ctrl",
      moveOnMouseMove: "shift",
      preventDefaultMouseMove: false,
      filterMode: "none",
      ...now,
    },
    {
      type: "slider",
      height: 18,
      bottom: 4,
      left: 16,
      right: 16,
      filterMode: "none",
      showDataShadow: false,
      showDetail: false,
      brushSelect: false,
      borderColor: colours.line,
      fillerColor: `${colours.lines[0]}22`,
      handleStyle: { color: colours.surface, borderColor: colours.soft },
      moveHandleStyle: { color: colours.soft, opacity: 0.5 },
      ...now,
    },
  ];

  charts.option = (data, look) => {
    look = { ...look, words: data.words, isNarrow: look.width < 560 };
    const { xAxis, yAxis, series, momentOf, steps } = (data.kind === "bar" ? byPeriod : inTime)(data, look);
    const key = legend(data, series, look);
    const { ink, line: grid, surface, font } = look.colours;
    const hasZoom = steps > 12 && !look.isPicture && !look.isPrinted;
    return {
      useUTC: true,
      animation: look.isMoving,
      animationDuration: 300,
      backgroundColor: look.isPicture ? surface : "transparent",
      textStyle: { fontFamily: font, color: ink },
      ...(look.isPicture && {
        title: {
          text: data.title,
          left: 4,
          top: 8,
          textStyle: { color: ink, fontSize: 17, width: look.width - 20, overflow: "truncate" },
        },
      }),
      legend: key.option,
      grid: {
        left: 6,
        right: 14,
        top: key.height + 24 + (look.isPicture ? 40 : 0),
        bottom: hasZoom ? 34 : 6,
        outerBoundsMode: "same",
        outerBoundsContain: "axisLabel",
      },
      xAxis,
      yAxis,
      series,
      ...(hasZoom || look.isPicture
        ? { dataZoom: look.isPicture ? [{ type: "inside", filterMode: "none", ...look.zoom }] : zoom(look) }
        : {}),
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        axisPointer: { type: data.kind === "bar" ? "shadow" : "line" },
        backgroundColor: surface,
        borderColor: grid,
        padding: 10,
        textStyle: { color: ink },
        transitionDuration: 0,
        formatter: charts.tooltip(data, look, momentOf),
      },
    };
  };
})();
