"use strict";
// Reads time and values off the lines under the pointer, and zooms in on a stretch. Without it the page is a picture.
(() => {
  const svgNames = "http://www.w3.org/2000/svg";
  document.getElementById("help").hidden = false;
  document.querySelectorAll("svg.plot").forEach(plot => {
    const canvas = plot.querySelector("svg.canvas");
    if (!canvas) return;
    const number = (element, name) => Number(element.getAttribute(name));
    const left = number(canvas, "x"), top = number(canvas, "y"), width = number(canvas, "width"), height = number(canvas, "height");
    const start = Number(canvas.dataset.from), end = Number(canvas.dataset.to);
    let from = 0, to = width, dragFrom = null;

    const make = (name, attributes, parent) => {
      const element = document.createElementNS(svgNames, name);
      for (const key in attributes) element.setAttribute(key, attributes[key]);
      return parent.appendChild(element);
    };
    const text = (x, y, classes) => make("text", { x, y, class: classes }, plot);

    const strips = [...canvas.querySelectorAll("path.line")].map(path => ({
      points: read(path.getAttribute("d")),
      top: Number(path.dataset.top), height: Number(path.dataset.height),
      low: Number(path.dataset.low), high: Number(path.dataset.high),
      isScore: path.dataset.kind === "score", unit: path.dataset.unit,
      out: text(left + width, top + Number(path.dataset.top) - 5, "name end"),
    }));
    const cursor = make("line", { class: "cursor", y1: 0, y2: height, visibility: "hidden" }, canvas);
    const drag = make("rect", { class: "drag", y: 0, height, visibility: "hidden" }, canvas);
    const clock = text(left + width, top - 10, "name end");
    // Over everything, so that lines and texts do not catch the pointer.
    const glass = make("rect", { x: left, y: top, width, height, fill: "transparent" }, plot);

    // The path's points: a list of x and of y; each smallest and largest value is a point of its own.
    function read(d) {
      const xs = [], ys = [], tokens = d.match(/[Ml]|-?\d*\.?\d+/g) || [];
      let x = 0, y = 0, isAbsolute = true;
      for (let i = 0; i < tokens.length;) {
        if (tokens[i] === "M" || tokens[i] === "l") { isAbsolute = tokens[i++] === "M"; continue; }
        const dx = Number(tokens[i++]), dy = Number(tokens[i++]);
        x = isAbsolute ? dx : x + dx;
        y = isAbsolute ? dy : y + dy;
        xs.push(x); ys.push(y);
      }
      return { xs, ys };
    }

    // Places of the points nearest to x: from the first to the last with that same x.
    function nearest(xs, x) {
      let low = 0, high = xs.length - 1;
      if (high < 0) return null;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (xs[middle] < x) low = middle + 1; else high = middle;
      }
      if (low > 0 && x - xs[low - 1] < xs[low] - x) low--;
      const found = xs[low], isSame = i => Math.abs(xs[i] - found) < 0.005;
      let first = low, last = low;
      while (first > 0 && isSame(first - 1)) first--;
      while (last < xs.length - 1 && isSame(last + 1)) last++;
      return { first, last };
    }

    function value(strip, y) {
      const share = 1 - (y - strip.top) / strip.height;
      if (strip.isScore) return (Math.exp(share * Math.log(1 + strip.high)) - 1);
      return strip.low + share * (strip.high - strip.low);
    }

    function show(strip, number) {
      if (strip.isScore) return Math.max(0, number).toFixed(2);
      // Values that are cut off lie at the very edge, where no other does.
      const share = (number - strip.low) / (strip.high - strip.low);
      if (share > 0.9999) return `more than ${digitsOf(strip, strip.high)}`;
      if (share < 0.0001) return `less than ${digitsOf(strip, strip.low)}`;
      return digitsOf(strip, number);
    }

    function digitsOf(strip, number) {
      const digits = Math.min(9, Math.max(0, 3 - Math.ceil(Math.log10(strip.high - strip.low))));
      return number.toFixed(digits);
    }

    const pad = number => String(number).padStart(2, "0");
    function time(x) {
      const date = new Date(start + x / width * (end - start));
      const day = date.toISOString().slice(0, 10);
      const clockTime = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
      return { day, clockTime };
    }

    function place(event) {
      const box = glass.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      return from + share * (to - from);
    }

    function point(event) {
      const x = place(event);
      cursor.setAttribute("x1", x); cursor.setAttribute("x2", x); cursor.setAttribute("visibility", "visible");
      const at = time(x);
      clock.textContent = `${at.day} ${at.clockTime}`;
      for (const strip of strips) {
        const found = nearest(strip.points.xs, x);
        const isNear = found && Math.abs(strip.points.xs[found.first] - x) < Math.max(4, (to - from) / 100);
        if (!isNear) { strip.out.textContent = "–"; continue; }
        const ys = strip.points.ys.slice(found.first, found.last + 1);
        const low = show(strip, value(strip, Math.max(...ys))), high = show(strip, value(strip, Math.min(...ys)));
        strip.out.textContent = (low === high ? low : `${low} to ${high}`) + (strip.unit ? ` ${strip.unit}` : "");
      }
      if (dragFrom === null) return;
      drag.setAttribute("x", Math.min(dragFrom, x)); drag.setAttribute("width", Math.abs(x - dragFrom));
      drag.setAttribute("visibility", "visible");
    }

    function leave() {
      cursor.setAttribute("visibility", "hidden");
      clock.textContent = "";
      strips.forEach(strip => strip.out.textContent = "");
    }

    const ownTimes = [0, 1, 2, 3, 4, 5].map(i => {
      const element = text(left + i * width / 5, top + height + 17, `small ${i === 0 ? "" : i === 5 ? "end" : "mid"}`);
      return element;
    });
    function zoom(a, b) {
      [from, to] = [a, b];
      const isWhole = a === 0 && b === width;
      canvas.setAttribute("viewBox", `${a} 0 ${b - a} ${height}`);
      plot.querySelectorAll("[data-x]").forEach(element => {
        const x = (Number(element.dataset.x) - a) / (b - a) * width;
        const isHidden = x < 0 || x > width || (!isWhole && element.classList.contains("time"));
        element.setAttribute("x", left + x);
        element.setAttribute("visibility", isHidden ? "hidden" : "visible");
      });
      ownTimes.forEach((element, i) => element.textContent = isWhole ? "" : time(a + i * (b - a) / 5).clockTime);
    }

    glass.addEventListener("pointerdown", event => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      dragFrom = place(event);
      glass.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    glass.addEventListener("pointermove", point);
    glass.addEventListener("pointerup", event => {
      const x = place(event), began = dragFrom;
      dragFrom = null;
      drag.setAttribute("visibility", "hidden");
      if (began !== null && Math.abs(x - began) > (to - from) / 100) zoom(Math.min(began, x), Math.max(began, x));
    });
    glass.addEventListener("pointercancel", () => { dragFrom = null; drag.setAttribute("visibility", "hidden"); });
    glass.addEventListener("pointerleave", leave);
    glass.addEventListener("dblclick", () => zoom(0, width));
    document.addEventListener("keydown", event => { if (event.key === "Escape") zoom(0, width); });
  });
})();
