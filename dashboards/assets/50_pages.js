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
  tracker.actions = tracker.actions || {};

  // Worklist: search box and quick filters in the browser; the address keeps both.
  const WORKLIST_FILTERS = {
    progressed: (row) => row.verdict === "progressed",
    unconfirmed: (row) => row.verdict === "unconfirmed",
    improved: (row) => row.verdict === "improved",
    stable: (row) => row.verdict === "stable",
    due: (row) => ["now", "overdue"].includes(row.due_state),
    warned: (row) => row.warnings > 0,
  };

  function worklist() {
    try {
      return document.getElementById("worklist-grid") ? window.dash_ag_grid.getApi("worklist-grid") : null;
    } catch (error) {
      return null;
    }
  }

  function searchBox(holder) {
    const input = document.createElement("input");
    Object.assign(input, { type: "search", placeholder: holder.dataset.words, className: "search" });
    input.setAttribute("aria-label", holder.dataset.words);
    holder.replaceChildren(input);
    return input;
  }

  tracker.started.push(function (page) {
    const holder = page.querySelector("#worklist-search");
    if (!holder) return;
    const query = new URLSearchParams(window.location.search);
    const wanted = new Set((query.get("only") || "").split(",").filter((name) => WORKLIST_FILTERS[name]));
    const buttons = Array.from(page.querySelectorAll("[data-worklist-filter]"));
    const count = page.querySelector("#worklist-count");
    const everyone = count.textContent;
    const input = searchBox(holder);
    input.value = query.get("q") || "";

    function remember() {
      for (const button of buttons) {
        button.setAttribute("aria-pressed", String(wanted.has(button.dataset.worklistFilter)));
      }
      const kept = new URLSearchParams();
      if (input.value) kept.set("q", input.value);
      if (wanted.size) kept.set("only", Array.from(wanted).join(","));
      const search = kept.toString().replaceAll("%2C", ",");
      window.history.replaceState(window.history.state, "", window.location.pathname + (search ? "?" + search : ""));
    }

    function search() {
      const api = worklist();
      if (api) api.setGridOption("quickFilterText", input.value);
      remember();
    }

    function filter() {
      const api = worklist();
      if (api) api.onFilterChanged();
      remember();
    }

    // The grid comes after the page: hand it the filter once it is there.
    const waiting = window.setInterval(function () {
      const api = worklist();
      if (!document.contains(holder)) window.clearInterval(waiting);
      if (!api) return;
      window.clearInterval(waiting);
      api.setGridOption("isExternalFilterPresent", () => wanted.size > 0);
      api.setGridOption("doesExternalFilterPass", (node) =>
        Array.from(wanted).some((name) => WORKLIST_FILTERS[name](node.data)),
      );
      api.addEventListener("modelUpdated", function () {
        const shown = api.getDisplayedRowCount();
        const some = input.value || wanted.size;
        count.textContent = some ? count.dataset.some.replace("{shown}", shown) : everyone;
      });
      if (input.value) search();
      if (wanted.size) filter();
    }, 50);

    input.addEventListener("input", search);
    input.addEventListener("keydown", function (event) {
      if (event.key !== "Enter") return;
      const api = worklist();
      const row = api && api.getDisplayedRowAtIndex(0);
      if (row) tracker.go("/s/" + row.data.token);
    });
    for (const button of buttons) {
      button.addEventListener("click", function () {
        const name = button.dataset.worklistFilter;
        if (!wanted.delete(name)) wanted.add(name);
        filter();
      });
    }
  });

  // The rows and order on screen, every column as a plain value.
  tracker.actions["save-worklist"] = function () {
    const api = worklist();
    const safe = (value) => (/^[=+@\t-]/.test(value) && Number.isNaN(Number(value)) ? "'" + value : value);
    const plain = function (params) {
      const { value } = params;
      return typeof value === "string" ? safe(value) : Array.isArray(value) ? value.join(" ") : value ?? "";
    };
    if (api) api.exportDataAsCsv({ fileName: "worklist.csv", processCellCallback: plain });
  };

  // Upload: one request per file, so that none is held in a page; all files of one choice are one job.
  function post(path, headers, body, progress) {
    return new Promise(function (resolve) {
      const request = new XMLHttpRequest();
      request.open("POST", path);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
      request.addEventListener("loadend", function () {
        let reply = {};
        try {
          reply = JSON.parse(request.responseText);
        } catch (error) {
          reply = {};
        }
        const failed = request.status < 200 || request.status > 299;
        resolve(failed ? { failed: reply.message || String(request.status) } : reply);
      });
      request.send(body);
    });
  }

  async function send(files, list, says) {
    const row = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { value: 0 });
    const words = document.createElement("span");
    row.append(bar, words);
    list.prepend(row);
    const told = (done) => says.sending.replace("{done}", done).replace("{total}", files.length);
    const refused = (reason) => (words.textContent = says.failed.replace("{reason}", reason));
    bar.setAttribute("aria-label", told(0));
    bar.max = files.reduce((sum, file) => sum + file.size, 1);
    let batch = "";
    let sent = 0;
    for (const [index, file] of files.entries()) {
      words.textContent = told(index);
      const headers = { "X-Upload-Name": encodeURIComponent(file.name), "Content-Type": "application/octet-stream" };
      if (batch) headers["X-Upload-Batch"] = batch;
      const reply = await post("/api/upload", headers, file, (loaded) => (bar.value = sent + loaded));
      if (reply.failed) return refused(`${file.name}: ${reply.failed}`);
      batch = reply.batch;
      sent += file.size;
    }
    const reply = await post(`/api/uploads/${batch}/start`, { "Content-Type": "application/json" }, "{}");
    if (reply.failed) return refused(reply.failed);
    bar.value = bar.max;
    const link = Object.assign(document.createElement("a"), { href: `/import?job=${reply.job}` });
    link.textContent = says.started;
    words.replaceChildren(link);
  }

  function chooser(words, folder) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
    if (folder) input.webkitdirectory = true;
    label.className = "button";
    label.append(words, input);
    return [label, input];
  }

  tracker.started.push(function (page) {
    const holder = page.querySelector("#upload");
    if (!holder) return;
    const says = holder.dataset;
    const list = document.createElement("ul");
    list.setAttribute("aria-live", "polite");
    const [files, chosen] = chooser(says.files, false);
    const [folder, whole] = chooser(says.folder, true);
    const drop = document.createElement("span");
    drop.textContent = says.drop;
    holder.replaceChildren(files, folder, drop, list);
    const take = (found) => found.length && send(Array.from(found), list, says);
    for (const input of [chosen, whole]) input.addEventListener("change", () => take(input.files));
    holder.addEventListener("dragover", (event) => event.preventDefault());
    holder.addEventListener("drop", function (event) {
      event.preventDefault();
      take(event.dataTransfer.files);
    });
  });

  tracker.actions["stop-job"] = (control) =>
    fetch(`/api/jobs/${control.dataset.job}/cancel`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
})();
