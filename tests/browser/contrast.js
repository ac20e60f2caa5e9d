// Lists texts whose contrast with the ground behind them is below 4.5:1 (3:1 when large).
() => {
  const parse = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.backgroundImage.includes("gradient")) return null;
      const colour = parse(style.backgroundColor);
      if (colour.alpha > 0.9) return colour.rgb;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.closest("[disabled], .visually-hidden")) continue;
    const style = getComputedStyle(element);
    const behind = ground(element);
    if (!behind) continue;
    const [high, low] = [light(parse(style.color).rgb), light(behind)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      const text = element.textContent.trim().slice(0, 40);
      found.add(`contrast ${ratio.toFixed(1)}: ${element.tagName.toLowerCase()} “${text}”`);
    }
  }
  return [...found].slice(0, 5);
}
