// A map that is wider than the screen begins in its middle; its left edge is mostly water.
for (const frame of document.querySelectorAll(".map .scroll")) {
  frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
}
