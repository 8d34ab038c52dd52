// Moving between pages without a reload, and the worklist's search box.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});

  tracker.go = function (path) {
    window.history.pushState({}, "", path);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  };

  tracker.started = tracker.started || [];
  tracker.started.push(function (page) {
    const holder = page.querySelector("#worklist-search");
    if (!holder) return;
    const input = document.createElement("input");
    Object.assign(input, { type: "search", placeholder: holder.dataset.words, className: "search" });
    input.setAttribute("aria-label", holder.dataset.words);
    input.addEventListener("input", function () {
      const api = window.dash_ag_grid.getApi("worklist-grid");
      if (api) api.setGridOption("quickFilterText", input.value);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key !== "Enter") return;
      const api = window.dash_ag_grid.getApi("worklist-grid");
      const row = api && api.getDisplayedRowAtIndex(0);
      if (row) tracker.go("/s/" + row.data.token);
    });
    holder.replaceChildren(input);
  });

  // Upload: one request per file, so that each has its own progress and none is held in a page.
  async function send(file, list) {
    const row = document.createElement("li");
    const bar = document.createElement("progress");
    const words = document.createElement("span");
    words.textContent = file.name;
    bar.setAttribute("aria-label", file.name);
    row.append(words, bar);
    list.append(row);
    const request = new XMLHttpRequest();
    request.open("POST", "/api/upload");
    request.setRequestHeader("X-Upload-Name", encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", function (event) {
      bar.max = event.total;
      bar.value = event.loaded;
    });
    request.addEventListener("loadend", function () {
      let reply = {};
      try {
        reply = JSON.parse(request.responseText);
      } catch (error) {
        reply = {};
      }
      words.textContent = `${file.name}: ` + (reply.job || reply.message || request.status);
      bar.max = bar.value = 1;
    });
    request.send(file);
  }

  tracker.started.push(function (page) {
    const holder = page.querySelector("#upload");
    if (!holder) return;
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
    const list = document.createElement("ul");
    label.append(holder.dataset.words, input);
    holder.replaceChildren(label, list);
    const take = (files) => Array.from(files).forEach((file) => send(file, list));
    input.addEventListener("change", () => take(input.files));
    holder.addEventListener("dragover", (event) => event.preventDefault());
    holder.addEventListener("drop", function (event) {
      event.preventDefault();
      take(event.dataTransfer.files);
    });
  });

  tracker.actions = tracker.actions || {};
  tracker.actions["stop-job"] = (control) =>
    fetch(`/api/jobs/${control.dataset.job}/cancel`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
})();
