// What is drawn over the counts: lesion outlines, region borders, physiologic sites, alignment confidence.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});
  tracker.extensions = tracker.extensions || [];
  const LETTERS = { new: "N", persistent: "=", resolved: "R", merged: "M", split: "S" };
  const PARTS = ["upper", "middle", "lower", "proximal", "shaft", "distal"];
  const QUIET_KINDS = { physiologic: "p", benign: "b", equivocal: "?", cold: "c" };

  function spaceKind(raster, native, space) {
    return raster.kind === "counts" ? native : space;
  }

  // Outlines -------------------------------------------------------------------------------------------

  function traced(rings, toMm) {
    const path = new Path2D();
    let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of rings) {
      ring.forEach(function (point, index) {
        const [x, y] = toMm(point);
        if (index) path.lineTo(x, y);
        else path.moveTo(x, y);
        [x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x), Math.max(y2, y)];
      });
      path.closePath();
    }
    return { path, box: [x1, y1, x2, y2] };
  }

  function prepare(viewer, panel, outline) {
    const facts = panel.facts;
    const place = tracker.geometry(facts, panel.side);
    const nativeMm = function (point) {
      const [row, col] = place.fromStored(point[0], point[1]);
      return [col * place.colMm, row * place.rowMm];
    };
    const shape = { native: traced(outline.rings, nativeMm) };
    shape.space = function (raster) {
      if (!outline.space_rings.length) return null;
      const wide = (raster.cols - 1) * raster.colMm;
      const mirrored = panel.side === "POSTERIOR";
      return traced(outline.space_rings, (p) => [mirrored ? wide - p[1] : p[1], p[0]]);
    };
    return Object.assign(shape, { outline, cached: null });
  }

  function shapeFor(item, raster) {
    if (raster.kind === "counts") return item.native;
    if (!item.cached) item.cached = item.space(raster);
    return item.cached;
  }

  function fetchOutlines(viewer, panel) {
    const { visit, subject } = panel;
    if (!viewer.outlines[visit]) {
      viewer.outlines[visit] = fetch(`/api/${subject}/${visit}/outlines`).then((reply) => (reply.ok ? reply.json() : []));
    }
    viewer.outlines[visit].then(function (found) {
      panel.items = found.filter((o) => o.projection === panel.side).map((o) => prepare(viewer, panel, o));
      viewer.later(false);
    });
  }

  function stroke(context, path, width, colour) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke(path);
  }

  function writeLetters(viewer, panel, item, shape, place) {
    const { outline } = item;
    const chosen = viewer.state.selected === outline.lesion_id;
    const board = viewer.state.mode === "board";
    const near = viewer.state.k >= 2 && !board;
    const quiet = outline.fate === "persistent" || outline.kind !== "lesion" || !outline.detected;
    if (quiet && !chosen && !near) return;
    const letter = outline.kind === "lesion" ? LETTERS[outline.fate] || "" : QUIET_KINDS[outline.kind] || "";
    const words = chosen || near ? `${outline.lesion_id} ${letter}` : letter;
    const ratio = window.devicePixelRatio || 1;
    const { context } = panel;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.font = `700 ${(board ? 36 : 11) * ratio}px Inter, sans-serif`;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    const x = place.left + shape.box[2] * place.scale + 1;
    const y = place.top + shape.box[1] * place.scale + 3;
    context.lineWidth = 3.5 * ratio;
    context.lineJoin = "round";
    context.strokeStyle = viewer.state.inverse ? "#ffffff" : "#000000";
    context.strokeText(words, x, y);
    context.fillStyle = viewer.state.inverse ? "#0b1620" : "#ffffff";
    context.fillText(words, x, y);
  }

  // Lesions and open questions by default; physiologic, benign and cold foci with the physiologic layer.
  function wanted(viewer, outline) {
    if (!outline.detected && outline.fate !== "resolved") return false;
    return ["lesion", "equivocal"].includes(outline.kind) ? viewer.state.outlines : viewer.state.physiologic;
  }

  function drawOutlines(viewer, panel, raster) {
    if (!viewer.state.outlines && !viewer.state.physiologic) return;
    if (!panel.items) {
      if (!panel.asked) fetchOutlines(viewer, panel);
      panel.asked = true;
      return;
    }
    const { context } = panel;
    const place = viewer.place(panel, raster);
    const ratio = (window.devicePixelRatio || 1) / place.scale;
    for (const item of panel.items) {
      const shape = shapeFor(item, raster);
      const { outline } = item;
      const chosen = viewer.state.selected === outline.lesion_id;
      if (!shape || (!chosen && !wanted(viewer, outline))) continue;
      context.setTransform(place.scale, 0, 0, place.scale, place.left, place.top);
      const gone = !outline.detected || outline.fate === "resolved";
      const dash = gone ? [2, 2.5] : outline.kind === "lesion" ? [] : [6, 3];
      context.setLineDash(dash.map((length) => length * ratio));
      const wide = (chosen ? 2 : 1) * (viewer.state.mode === "board" ? 2 : 1);
      stroke(context, shape.path, wide * 3.4 * ratio, "rgba(8, 20, 32, 0.85)");
      stroke(context, shape.path, wide * 1.5 * ratio, chosen ? "#ffd34d" : outline.fate === "new" ? "#ffb48a" : "#ffffff");
      context.setLineDash([]);
      writeLetters(viewer, panel, item, shape, place);
    }
  }

  function under(viewer, panel, x, y) {
    const raster = viewer.raster(panel);
    if (!raster || !panel.items) return null;
    const { scale, left, top } = viewer.place(panel, raster);
    const [mmX, mmY] = [(x - left) / scale, (y - top) / scale];
    panel.context.setTransform(1, 0, 0, 1, 0, 0);
    for (const item of panel.items) {
      const shape = shapeFor(item, raster);
      if (!shape) continue;
      const reach = 6 / scale;
      const [x1, y1, x2, y2] = shape.box;
      const inBox = mmX > x1 - reach && mmX < x2 + reach && mmY > y1 - reach && mmY < y2 + reach;
      if (inBox && (wanted(viewer, item.outline) || viewer.state.selected === item.outline.lesion_id)) return item.outline;
    }
    return null;
  }

  // Label layers ---------------------------------------------------------------------------------------

  // Borders are drawn at twice the resolution of the labels, so that they stay thin.
  function borderCanvas(labels) {
    const { rows, cols, data } = labels;
    const canvas = tracker.raster.blankCanvas(2 * cols, 2 * rows);
    const context = canvas.getContext("2d");
    context.fillStyle = "#0a6f8f";
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const here = data[row * cols + col];
        if (col + 1 < cols && data[row * cols + col + 1] !== here) context.fillRect(2 * col + 1, 2 * row, 1, 2);
        if (row + 1 < rows && data[(row + 1) * cols + col] !== here) context.fillRect(2 * col, 2 * row + 1, 2, 1);
      }
    }
    return canvas;
  }

  function filledCanvas(labels, colourOf) {
    const canvas = tracker.raster.blankCanvas(labels.cols, labels.rows);
    const context = canvas.getContext("2d");
    const image = context.createImageData(labels.cols, labels.rows);
    const words = new Uint32Array(image.data.buffer);
    for (let at = 0; at < labels.data.length; at++) words[at] = colourOf(labels.data[at]);
    context.putImageData(image, 0, 0);
    return canvas;
  }

  function layer(viewer, panel, kind, make, key) {
    const labels = panel.rasters[kind];
    if (!labels) {
      panel.load(kind).then((raster) => raster && viewer.later(false));
      return;
    }
    labels.layers = labels.layers || {};
    if (!(key in labels.layers)) labels.layers = { ...labels.layers, [key]: make(labels) };
    const raster = viewer.raster(panel);
    const shown = Object.assign({}, labels, { box: raster.box });
    panel.context.save();
    panel.context.setTransform(1, 0, 0, 1, 0, 0);
    viewer.drawImage(panel, shown, labels.layers[key]);
    panel.context.restore();
  }

  function drawRegions(viewer, panel, raster) {
    const kind = spaceKind(raster, "labels", "space_labels");
    if (viewer.state.regions) layer(viewer, panel, kind, borderCanvas, "borders");
    const name = viewer.state.region;
    if (!name) return;
    const numbers = Object.entries(viewer.regions)
      .filter((entry) => entry[1] === name || entry[1].startsWith(name + " ") || belongs(entry[1], name))
      .map((entry) => Number(entry[0]));
    const wanted = new Set(numbers);
    layer(viewer, panel, kind, (l) => filledCanvas(l, (v) => (wanted.has(v) ? 0x66eab65c : 0)), "region " + name);
  }

  // Fine names of a whole region: femur shaft left belongs to femur left.
  function belongs(fine, whole) {
    const parts = whole.split(" ");
    const last = parts[parts.length - 1];
    if (last !== "left" && last !== "right") return false;
    return fine.startsWith(parts.slice(0, -1).join(" ") + " ") && fine.endsWith(" " + last);
  }

  function drawPhysiologic(viewer, panel, raster) {
    if (!viewer.state.physiologic || raster.kind !== "counts") return;
    layer(viewer, panel, "physiologic", (l) => filledCanvas(l, (v) => (v ? 0x80c86fb0 : 0)), "sites");
  }

  function drawConfidence(viewer, panel, raster) {
    if (!viewer.state.confidence || raster.kind !== "space_counts") return;
    const doubt = (v) => ((Math.round(0.75 * Math.max(0, 255 - v)) << 24) | 0x0000a5ff) >>> 0;
    layer(viewer, panel, "space_confidence", (l) => filledCanvas(l, doubt), "doubt");
  }

  // The bone under a click, by the name that tables use: parts of a bone count as the bone.
  function wholeRegion(found) {
    if (!found || !found.region) return {};
    const parts = found.region.split(" ").filter((part) => !PARTS.includes(part));
    return { region: parts.join("_") };
  }

  tracker.extensions.push(function (viewer) {
    viewer.layers.push(drawConfidence, drawPhysiologic, drawRegions, drawOutlines);
    viewer.probe = function (panel, x, y) {
      const found = viewer.at(panel, x, y);
      const outline = found && under(viewer, panel, x, y);
      if (outline) found.lesion = `${outline.lesion_id} ${outline.fate}, ${outline.kind}`;
      return found;
    };
    viewer.clicked = function (panel, x, y) {
      const outline = under(viewer, panel, x, y);
      if (outline) tracker.select({ lesion: outline.lesion_id }, "viewer");
      else tracker.select(wholeRegion(viewer.at(panel, x, y)), "viewer");
    };
  });

  for (const name of ["outlines", "regions", "physiologic", "confidence"]) {
    actions[name] = function () {
      const viewer = tracker.viewer;
      if (!viewer) return;
      viewer.state[name] = !viewer.state[name];
      if (name === "confidence" && viewer.state.confidence && !viewer.state.aligned) actions.native();
      viewer.changed();
    };
  }
})();
