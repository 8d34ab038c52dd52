// Images: fetched once as compressed integers, turned to the display frame, painted through a lookup table.
// Display frame: head up; anterior has the patient's right at the viewer's left, posterior the patient's left.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const ARRAYS = { uint16: Uint16Array, uint8: Uint8Array, int16: Int16Array };

  function geometry(facts, side) {
    const o = facts.orientation;
    const rows = o.transposed ? facts.cols : facts.rows;
    const cols = o.transposed ? facts.rows : facts.cols;
    const mirrored = (side === "POSTERIOR") !== o.patient_left_first;
    const turn = function (row, col) {
      const r = o.head_last ? rows - 1 - row : row;
      const c = mirrored ? cols - 1 - col : col;
      return o.transposed ? [c, r] : [r, c];
    };
    const back = function (row, col) {
      const r = o.transposed ? col : row;
      const c = o.transposed ? row : col;
      return [o.head_last ? rows - 1 - r : r, mirrored ? cols - 1 - c : c];
    };
    const rowMm = o.transposed ? facts.spacing[1] : facts.spacing[0];
    const colMm = o.transposed ? facts.spacing[0] : facts.spacing[1];
    const plain = !o.transposed && !o.head_last && !mirrored;
    return { rows, cols, rowMm, colMm, plain, toStored: turn, fromStored: back };
  }

  function turned(stored, facts, place) {
    if (place.plain) return stored;
    const shown = new stored.constructor(stored.length);
    let at = 0;
    for (let row = 0; row < place.rows; row++) {
      for (let col = 0; col < place.cols; col++) {
        const [r, c] = place.toStored(row, col);
        shown[at++] = stored[r * facts.cols + c];
      }
    }
    return shown;
  }

  async function fetchRaster(subject, visit, side, kind) {
    const reply = await fetch(`/api/${subject}/${visit}/${side}/${kind}`, { credentials: "same-origin" });
    if (!reply.ok) {
      const problem = await reply.json().catch(() => ({}));
      throw new Error(problem.message || String(reply.status));
    }
    const facts = JSON.parse(reply.headers.get("X-Raster"));
    const buffer = await reply.arrayBuffer();
    const place = geometry(facts, side);
    const data = turned(new ARRAYS[facts.dtype](buffer), facts, place);
    return Object.assign(place, { data, step: facts.step, kind, painted: "", canvas: null });
  }

  // One byte order for all machines a browser runs on: little endian, so a pixel is 0xAABBGGRR.
  function greyTable(low, high, inverse) {
    const table = new Uint32Array(65536);
    const span = Math.max(high - low, 1e-6);
    for (let value = 0; value < 65536; value++) {
      const part = Math.min(1, Math.max(0, (value - low) / span));
      const grey = Math.round(255 * (inverse ? 1 - part : part));
      table[value] = (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0;
    }
    return table;
  }

  function blankCanvas(cols, rows) {
    if (window.OffscreenCanvas) return new OffscreenCanvas(cols, rows);
    const canvas = document.createElement("canvas");
    canvas.width = cols;
    canvas.height = rows;
    return canvas;
  }

  function paint(raster, table, key) {
    if (raster.painted === key) return;
    if (!raster.canvas) {
      raster.canvas = blankCanvas(raster.cols, raster.rows);
      raster.context = raster.canvas.getContext("2d");
      raster.image = raster.context.createImageData(raster.cols, raster.rows);
      raster.words = new Uint32Array(raster.image.data.buffer);
    }
    const { data, words } = raster;
    for (let at = 0; at < data.length; at++) words[at] = table[data[at]];
    raster.context.putImageData(raster.image, 0, 0);
    raster.painted = key;
  }

  // Where the body is: rows and columns that hold more than a trace of the window, in millimetres.
  function bodyBox(raster, high) {
    const limit = 0.05 * high;
    const rows = new Uint32Array(raster.rows);
    const cols = new Uint32Array(raster.cols);
    for (let row = 0, at = 0; row < raster.rows; row++) {
      for (let col = 0; col < raster.cols; col++, at++) {
        if (raster.data[at] > limit) {
          rows[row]++;
          cols[col]++;
        }
      }
    }
    const ends = function (counts, least) {
      let first = 0;
      let last = counts.length - 1;
      while (first < last && counts[first] < least) first++;
      while (last > first && counts[last] < least) last--;
      return [first, last];
    };
    const [top, bottom] = ends(rows, 0.03 * raster.cols);
    const [left, right] = ends(cols, 0.02 * raster.rows);
    if (bottom - top < 8 || right - left < 8) {
      return { top: 0, bottom: raster.rows * raster.rowMm, left: 0, right: raster.cols * raster.colMm };
    }
    return {
      top: top * raster.rowMm,
      bottom: (bottom + 1) * raster.rowMm,
      left: left * raster.colMm,
      right: (right + 1) * raster.colMm,
    };
  }

  tracker.raster = { fetchRaster, geometry, greyTable, paint, bodyBox, blankCanvas };
})();
