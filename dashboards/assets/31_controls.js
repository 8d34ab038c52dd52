// What a hand does to the viewer: sliders, pointer, wheel; and what the viewer says back.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  tracker.extensions = tracker.extensions || [];

  function slider(label, value, largest) {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: largest, step: 1, value });
    input.setAttribute("aria-label", label);
    return input;
  }

  function buildWindow(viewer) {
    const holder = viewer.root.querySelector("#window");
    if (!holder) return;
    const words = document.createElement("output");
    words.className = "window-words";
    const track = document.createElement("div");
    track.className = "double-slider";
    const low = slider(holder.dataset.low, viewer.state.low, viewer.largest());
    const high = slider(holder.dataset.high, viewer.state.high, viewer.largest());
    low.addEventListener("input", () => viewer.setWindow(Number(low.value), viewer.state.high));
    high.addEventListener("input", () => viewer.setWindow(viewer.state.low, Number(high.value)));
    track.append(low, high);
    holder.replaceChildren(track, words);
    viewer.listeners.push(function () {
      const { state } = viewer;
      low.value = state.low;
      high.value = state.high;
      track.style.setProperty("--from", (100 * state.low) / viewer.largest() + "%");
      track.style.setProperty("--to", (100 * state.high) / viewer.largest() + "%");
      words.textContent = `${state.low}–${state.high} %`;
    });
  }

  function show(viewer, panel, found) {
    const probe = document.getElementById("probe");
    if (!probe) return;
    if (!found) {
      probe.textContent = probe.dataset.legend;
      return;
    }
    const date = panel.element.closest(".visit").querySelector(".visit-date a").textContent;
    const parts = [
      date,
      panel.side.toLowerCase(),
      tracker.say("row {row}, col {col}", { row: found.stored[0], col: found.stored[1] }),
      ...(found.native ? [] : [tracker.say("patient space")]),
      `${Math.round(found.counts)} ${tracker.say("counts")}`,
    ];
    if (found.ratio !== null) parts.push(`${tracker.say("uptake ratio")} ${found.ratio.toFixed(2)}`);
    if (found.region) parts.push(found.region);
    if (found.lesion) parts.push(found.lesion);
    probe.textContent = parts.join("  ·  ");
  }

  function pointer(viewer, panel) {
    const { canvas } = panel;
    const place = function (event) {
      const box = canvas.getBoundingClientRect();
      const ratio = canvas.width / box.width;
      return [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio, ratio];
    };
    let last = null;
    let moved = 0;
    canvas.addEventListener("wheel", function (event) {
      if (!viewer.raster(panel)) return;
      event.preventDefault();
      const [x, y] = place(event);
      viewer.zoom(Math.exp(-event.deltaY * 0.0015), panel, x, y);
    }, { passive: false });
    canvas.addEventListener("pointerdown", function (event) {
      last = place(event);
      moved = 0;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", function (event) {
      const now = place(event);
      if (last && viewer.raster(panel)) {
        const [dx, dy] = [now[0] - last[0], now[1] - last[1]];
        moved += Math.abs(dx) + Math.abs(dy);
        if (event.shiftKey || event.buttons === 2) {
          const step = viewer.state.auto / 200 / now[2];
          const window_ = viewer.windowOf(panel.visit);
          viewer.setWindow(window_.low - dy * step * 0.5, window_.high + dx * step, panel.visit);
        } else {
          viewer.pan(dx, dy, panel);
        }
        last = now;
      } else {
        panel.load("labels");
        show(viewer, panel, viewer.probe ? viewer.probe(panel, now[0], now[1]) : viewer.at(panel, now[0], now[1]));
      }
    });
    canvas.addEventListener("pointerup", function (event) {
      last = null;
      if (moved < 4 && viewer.clicked) viewer.clicked(panel, ...place(event));
    });
    canvas.addEventListener("pointerleave", () => show(viewer, panel, null));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("dblclick", () => tracker.actions.reset());
  }

  function pressed(viewer) {
    const states = { invert: "inverse", native: "aligned", outlines: "outlines", regions: "regions" };
    Object.assign(states, { physiologic: "physiologic", confidence: "confidence" });
    viewer.listeners.push(function () {
      const { state } = viewer;
      for (const [action, name] of Object.entries(states)) {
        const on = action === "invert" ? !state.inverse : Boolean(state[name]);
        for (const button of viewer.root.querySelectorAll(`[data-action="${action}"]`)) {
          button.setAttribute("aria-pressed", String(on));
        }
      }
      for (const button of viewer.root.querySelectorAll('[data-action="gain"]')) {
        button.setAttribute("aria-pressed", String(state.gain === "raw"));
      }
    });
  }

  tracker.extensions.push(function (viewer) {
    buildWindow(viewer);
    pressed(viewer);
    for (const panel of viewer.panels) pointer(viewer, panel);
  });
})();
