// The images as they are on screen, one PNG: each visit with its date and remarks, no name, the research-use note.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});
  const TEXT_PX = 13;
  const GAP_PX = 8;

  function words(column) {
    const part = (selector) => Array.from(column.querySelectorAll(selector), (e) => e.textContent.trim());
    const title = part(".visit-date a, .compare-title").filter(Boolean).join(" ");
    return [title, part(".visit-tags .tag:not(.link-state)").join(" · "), ...part(".visit-facts div")];
  }

  function shownColumns(viewer) {
    return viewer.columns.filter((column) => column.checkVisibility() && column.querySelector("canvas"));
  }

  // Draws every visible panel; the line with the window tells what the grey means.
  tracker.picture = function (viewer, note) {
    const ratio = window.devicePixelRatio || 1;
    const line = 1.5 * TEXT_PX * ratio;
    const columns = shownColumns(viewer);
    const sizes = columns.map((column) => Array.from(column.querySelectorAll("canvas"), (c) => [c.width, c.height]));
    const width = sizes.flat().reduce((sum, [w]) => sum + w + GAP_PX, GAP_PX);
    const height = Math.max(...sizes.flat().map(([, h]) => h)) + 6 * line;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#12171d";
    context.textBaseline = "top";
    let left = GAP_PX;
    for (const column of columns) {
      const texts = words(column);
      const panels = Array.from(column.querySelectorAll("canvas"));
      const wide = panels.reduce((sum, panel) => sum + panel.width + GAP_PX, 0);
      context.font = `600 ${TEXT_PX * ratio}px Inter, sans-serif`;
      context.fillText(texts[0], left, 4, wide);
      context.font = `${(TEXT_PX - 2) * ratio}px Inter, sans-serif`;
      if (texts[1]) context.fillText(texts[1], left, line, wide);
      let x = left;
      for (const panel of panels) {
        context.drawImage(panel, x, 2 * line);
        x += panel.width + GAP_PX;
      }
      const tallest = Math.max(...panels.map((panel) => panel.height));
      texts.slice(2).forEach((text, at) => context.fillText(text, left, 2 * line + tallest + 4 + at * line, wide));
      left += wide;
    }
    const { low, high, gain } = viewer.state;
    const gainWords = gain === "bone" ? "of reference bone" : "raw counts, window of the first scan";
    const grey = `${low}–${high} % ${tracker.say(gainWords)}`;
    context.fillText(`${grey}.  ${note}`, GAP_PX, height - line);
    return canvas;
  };

  actions["save-images"] = function (control) {
    const viewer = tracker.viewer;
    if (!viewer || !control) return;
    tracker.picture(viewer, control.dataset.note).toBlob(function (blob) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "scans.png";
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  };
})();
