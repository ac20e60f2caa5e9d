// A map that is wider than the screen begins where one's own port is, or in its middle: its left edge is
// mostly water.
for (const frame of document.querySelectorAll(".map .scroll")) {
  const own = frame.querySelector(".own :is(circle, polygon)")?.getBoundingClientRect();
  const middle = own ? own.x + own.width / 2 - frame.getBoundingClientRect().x + frame.scrollLeft : frame.scrollWidth / 2;
  frame.scrollLeft = middle - frame.clientWidth / 2;
}
