// Before and after alignment: the reference in blue, the visit in orange, both together dark.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const GRID_MM = 50;
  const { fetchRaster, bodyBox, blankCanvas } = tracker.raster;

  function level(raster, at, high) {
    return raster && at >= 0 ? Math.min(1, (raster.data[at] * raster.step) / high) : 0;
  }

  function highOf(raster) {
    const sorted = Float64Array.from(raster.data.filter((value) => value > 0)).sort();
    return Math.max(1, (sorted[Math.floor(0.985 * sorted.length)] || 1) * raster.step);
  }

  // One pixel per millimetre step of the first image; `offset` is where the second one's (0, 0) lies in the first.
  function merged(first, second, offset) {
    const canvas = blankCanvas(first.cols, first.rows);
    const context = canvas.getContext("2d");
    const image = context.createImageData(first.cols, first.rows);
    const words = new Uint32Array(image.data.buffer);
    const highs = [highOf(first), highOf(second)];
    for (let row = 0, at = 0; row < first.rows; row++) {
      const otherRow = Math.round((row * first.rowMm - offset[0]) / second.rowMm);
      for (let col = 0; col < first.cols; col++, at++) {
        const otherCol = Math.round((col * first.colMm - offset[1]) / second.colMm);
        const inside = otherRow >= 0 && otherCol >= 0 && otherRow < second.rows && otherCol < second.cols;
        const a = level(first, at, highs[0]);
        const b = level(second, inside ? otherRow * second.cols + otherCol : -1, highs[1]);
        const red = Math.round(255 * (1 - a));
        const green = Math.round(255 * (1 - 0.5 * (a + b)));
        const blue = Math.round(255 * (1 - b));
        words[at] = (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  function doubtful(counts, confidence) {
    const canvas = merged(counts, counts, [0, 0]);
    if (!confidence) return canvas;
    const context = canvas.getContext("2d");
    const image = context.getImageData(0, 0, counts.cols, counts.rows);
    for (let at = 0; at < confidence.data.length; at++) {
      const doubt = 0.8 * (1 - confidence.data[at] * confidence.step);
      const grey = image.data[4 * at + 1];
      image.data[4 * at] = grey + doubt * (230 - grey);
      image.data[4 * at + 1] = grey + doubt * (150 - grey);
      image.data[4 * at + 2] = grey + doubt * (20 - grey);
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  // Lines that are straight in the visit, drawn where they come to lie in patient space: along each row or column,
  // every place where the visit's own coordinate passes a multiple of the grid.
  function crossings(length, value, step) {
    const found = [];
    for (let at = 1; at < length; at++) {
      const [before, after] = [value(at - 1) / GRID_MM, value(at) / GRID_MM];
      const line = Math.ceil(Math.min(before, after));
      if (line < Math.max(before, after)) found.push([line, (at - 1 + (line - before) / (after - before)) * step]);
    }
    return found;
  }

  function curves(context, place, count, crossingsAt, point) {
    const lines = new Map();
    for (let index = 0; index < count; index += 2) {
      for (const [line, mm] of crossingsAt(index)) {
        if (!lines.has(line)) lines.set(line, []);
        lines.get(line).push(point(index, mm));
      }
    }
    context.strokeStyle = "rgba(0, 90, 140, 0.55)";
    context.lineWidth = 1;
    for (const points of lines.values()) {
      context.beginPath();
      points.forEach(([x, y], at) => {
        const put = at ? context.lineTo : context.moveTo;
        put.call(context, place.left + x * place.scale, place.top + y * place.scale);
      });
      context.stroke();
    }
  }

  function grid(context, place, down, across, mirrored) {
    if (!down || !across) return;
    const { rows, cols, rowMm, colMm } = down;
    const sign = mirrored ? -1 : 1;
    const byColumn = (col) => crossings(rows, (row) => row * rowMm + down.data[row * cols + col] * down.step, rowMm);
    const byRow = (row) => crossings(cols, (col) => col * colMm + sign * across.data[row * cols + col] * across.step, colMm);
    curves(context, place, cols, byColumn, (col, mm) => [col * colMm, mm]);
    curves(context, place, rows, byRow, (row, mm) => [mm, row * rowMm]);
  }

  class Picture {
    constructor(element) {
      this.element = element;
      this.side = element.dataset.side;
      this.name = element.dataset.quality;
      this.canvas = document.createElement("canvas");
      element.replaceChildren(this.canvas);
    }

    draw(image, raster, box, message) {
      const ratio = window.devicePixelRatio || 1;
      Object.assign(this.canvas, {
        width: Math.round(this.element.clientWidth * ratio),
        height: Math.round(this.element.clientHeight * ratio),
      });
      const context = this.canvas.getContext("2d");
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, this.canvas.width, this.canvas.height);
      if (!image) {
        context.fillStyle = "#33404d";
        tracker.writeMessage(context, this.canvas, message, 12 * ratio);
        tracker.markSides({ ...this, context }, 12 * ratio, 4 * ratio, true);
        return null;
      }
      const [wide, high] = [box.right - box.left, box.bottom - box.top];
      const scale = Math.min(this.canvas.width / (1.1 * wide), this.canvas.height / (1.05 * high));
      const left = this.canvas.width / 2 - ((box.left + box.right) / 2) * scale;
      const top = this.canvas.height / 2 - ((box.top + box.bottom) / 2) * scale;
      context.imageSmoothingQuality = "high";
      context.drawImage(image, left, top, raster.cols * raster.colMm * scale, raster.rows * raster.rowMm * scale);
      tracker.markSides({ ...this, context }, 12 * ratio, 4 * ratio, true);
      return { scale, left, top, context };
    }
  }

  async function show(root) {
    const { subject, visit, reference, aligned, refused } = root.dataset;
    const pictures = Array.from(root.querySelectorAll("[data-quality]"), (element) => new Picture(element));
    const none = () => null;
    for (const side of ["ANTERIOR", "POSTERIOR"]) {
      const native = [reference, visit].map((token) => fetchRaster(subject, token, side, "counts").catch(none));
      const kinds = ["space_counts", "space_confidence", "space_shift_row", "space_shift_col"];
      const later = kinds.map((kind) => (aligned === "yes" ? fetchRaster(subject, visit, side, kind).catch(none) : null));
      const first = aligned === "yes" ? fetchRaster(subject, reference, side, "space_counts").catch(none) : null;
      const [a, b] = await Promise.all(native);
      const [moved, confidence, down, across] = await Promise.all(later);
      const fixed = await first;
      const at = (name) => pictures.find((picture) => picture.side === side && picture.name === name);
      const redraw = function (shift) {
        if (a && b) {
          const [boxA, boxB] = [bodyBox(a, highOf(a) / a.step), bodyBox(b, highOf(b) / b.step)];
          const offset = [
            (boxA.top + boxA.bottom - boxB.top - boxB.bottom) / 2 + shift[0],
            (boxA.left + boxA.right - boxB.left - boxB.right) / 2 + (side === "POSTERIOR" ? -shift[1] : shift[1]),
          ];
          at("before").draw(merged(a, b, offset), a, boxA, "");
        } else at("before").draw(null, null, null, "–");
        if (fixed && moved) {
          const box = bodyBox(fixed, highOf(fixed) / fixed.step);
          at("after").draw(merged(fixed, moved, [0, 0]), fixed, box, "");
          const place = at("confidence").draw(doubtful(moved, confidence), moved, box, "");
          grid(place.context, place, down, across, side === "POSTERIOR");
        } else {
          at("after").draw(null, null, null, refused);
          at("confidence").draw(null, null, null, refused);
        }
      };
      redraw([0, 0]);
      for (const name of ["nudge-row", "nudge-col"]) {
        const input = document.getElementById(name);
        if (input) input.addEventListener("input", () => redraw(typed()));
      }
      window.addEventListener("resize", () => document.contains(root) && redraw(typed()));
    }
  }

  function typed() {
    return ["nudge-row", "nudge-col"].map((name) => Number((document.getElementById(name) || {}).value) || 0);
  }

  tracker.started = tracker.started || [];
  tracker.started.push(function (page) {
    const root = page.querySelector(".quality");
    if (root) show(root).then(() => (root.dataset.painted = "yes"));
  });
})();
