/* Progressive enhancement only: every page works without this file.
   Behaviour is asked for with data attributes; docs/design-system.md lists them. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
  const typing = (node) => node instanceof Element && node.matches("input, textarea, select, [contenteditable]");

  /* Confirmation: a form, a submit button or a link with data-confirm, or anything with hx-confirm. */
  const dialog = () => document.getElementById("confirm-dialog");
  function ask(question, source, proceed) {
    const box = dialog();
    if (!box) { if (window.confirm(question)) proceed(); return; }
    const data = source ? source.dataset : {};
    const title = box.querySelector("[data-confirm-title]");
    const yes = box.querySelector("[data-confirm-yes]");
    title.textContent = data.confirmTitle || title.dataset.confirmTitle;
    box.querySelector("[data-confirm-text]").textContent = question;
    yes.textContent = data.confirmAction || yes.dataset.confirmYes;
    yes.classList.toggle("stop", data.confirmTone === "stop");
    yes.classList.toggle("main", data.confirmTone !== "stop");
    box.returnValue = "";
    box.addEventListener("close", () => { if (box.returnValue === "yes") proceed(); }, { once: true });
    box.showModal();
  }
  const confirmed = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm ? event.submitter : form.dataset.confirm ? form : null;
    if (!source || confirmed.has(form)) { confirmed.delete(form); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(source.dataset.confirm, source, () => { confirmed.add(form); form.requestSubmit(event.submitter); });
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt, () => event.detail.issueRequest(true));
  });

  /* What went wrong with a background request is said where messages are said. */
  function announce(text) {
    const region = document.getElementById("messages");
    const template = document.getElementById("message-template");
    if (!region || !template || !text) return;
    const copy = template.content.cloneNode(true);
    copy.querySelector("p").textContent = text;
    region.replaceChildren(copy);
  }
  document.addEventListener("htmx:responseError", () => announce(document.body.dataset.failed));
  document.addEventListener("htmx:sendError", () => announce(document.body.dataset.offline));

  document.addEventListener("click", async (event) => {
    const dismiss = closest(event, "[data-dismiss]");
    if (dismiss) { dismiss.closest(".message")?.remove(); document.getElementById("main")?.focus({ preventScroll: true }); return; }

    const open = closest(event, "[data-open]");
    if (open) { document.getElementById(open.dataset.open)?.showModal(); return; }

    const fill = closest(event, "[data-fill]");
    if (fill) { event.preventDefault(); fillIn(fill); return; }

    const all = closest(event, "[data-fill-all]");
    if (all) { event.preventDefault(); fillAll(all.closest("section").querySelectorAll("[data-fill]")); return; }

    if (closest(event, "[data-print]")) { window.print(); return; }

    const theme = closest(event, "[data-theme-set]");
    if (theme) { setTheme(theme.dataset.themeSet); return; }

    const copy = closest(event, "[data-copy]");
    if (copy) {
      const source = copy.dataset.copy.startsWith("#") ? document.querySelector(copy.dataset.copy) : null;
      const text = source ? source.value ?? source.textContent.trim() : copy.dataset.copy;
      try {
        await navigator.clipboard.writeText(text);
        const label = copy.textContent;
        copy.textContent = copy.dataset.copied || label;
        setTimeout(() => { copy.textContent = label; }, 2000);
      } catch { source?.select?.(); }
      return;
    }
    for (const menu of document.querySelectorAll("details.drop[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  /* A suggestion that a person takes or takes back: into a select, or among the words of a field. */
  const box = (field, value) => field.querySelector(`input[value="${CSS.escape(value)}"]`); /* one of several */
  const words = (field) => field.value.split(/\s+/).filter(Boolean);
  function holds(field, value) {
    const option = box(field, value);
    if (option) return option.checked;
    return field.type === "hidden" ? words(field).includes(value) : field.value === value;
  }
  function fillIn(button) {
    const field = document.getElementById(button.dataset.fill);
    if (!field) return;
    const value = button.dataset.value;
    const taken = !holds(field, value);
    const option = box(field, value);
    if (option) {
      option.checked = taken;
    } else if (field.type === "hidden") {
      const others = words(field).filter((word) => word !== value);
      field.value = (taken ? [...others, value] : others).join(" ");
    } else {
      field.value = taken ? value : "";
    }
    button.setAttribute("aria-pressed", String(taken));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  /* All that is suggested, where nothing was chosen yet. */
  function fillAll(buttons) {
    for (const button of buttons) {
      const field = document.getElementById(button.dataset.fill);
      if (!field || holds(field, button.dataset.value)) continue;
      if (field.type === "hidden" || box(field, button.dataset.value) || !field.value) fillIn(button);
    }
  }

  /* Cells pasted from a spreadsheet go to the server, which fills the grid from that cell on. */
  document.addEventListener("paste", (event) => {
    const cell = closest(event, "[data-paste-grid] [data-cell]");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!cell || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    const form = cell.closest("form");
    form.elements.pasted.value = text;
    form.elements.paste_at.value = cell.dataset.cell;
    form.requestSubmit(form.elements.fill);
  });

  /* The theme is a cookie, so that the server renders the right one and nothing flashes. */
  function setTheme(value) {
    const chosen = value === "light" || value === "dark";
    if (chosen) root.dataset.theme = value; else delete root.dataset.theme;
    document.cookie = `theme=${chosen ? value : ""};path=/;max-age=${chosen ? 31536000 : 0};samesite=lax`;
    markTheme();
  }
  function markTheme() {
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String((root.dataset.theme || "system") === button.dataset.themeSet));
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.drop[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select?.(); }
  });

  /* An address that is shared says what was filtered by, and nothing of what was left empty. */
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form.filters")) return;
    for (const name of new Set(event.formData.keys())) {
      const values = event.formData.getAll(name).filter((value) => value !== "");
      event.formData.delete(name);
      for (const value of values) event.formData.append(name, value);
    }
  });

  /* Filters send themselves; the button stays for those without script. */
  document.addEventListener("change", (event) => {
    const form = closest(event, "form[data-autosubmit]");
    if (form && !event.target.matches("[type=search], [type=text]")) form.requestSubmit();
    const table = closest(event, "table[data-select]");
    if (table && event.target.matches("input[type=checkbox]")) select(table, event.target);
  });

  /* Row selection: the box in the head takes all, shift takes a range, the bulk bar says how many. */
  let anchor = null;
  let shift = false;
  document.addEventListener("click", (event) => { shift = event.shiftKey; }, true);
  function select(table, changed) {
    const boxes = [...table.querySelectorAll("tbody input[type=checkbox][name]")];
    if (!boxes.includes(changed)) {
      for (const box of boxes) box.checked = changed.checked;
    } else if (shift && anchor && boxes.includes(anchor)) {
      const [from, to] = [boxes.indexOf(anchor), boxes.indexOf(changed)].sort((a, b) => a - b);
      for (const box of boxes.slice(from, to + 1)) box.checked = changed.checked;
    }
    anchor = boxes.includes(changed) ? changed : null;
    showSelection(table);
  }
  function showSelection(table) {
    const boxes = [...table.querySelectorAll("tbody input[type=checkbox][name]")];
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr").classList.toggle("selected", box.checked);
    const all = table.querySelector("thead input[type=checkbox]");
    if (all) { all.checked = boxes.length > 0 && chosen.length === boxes.length; all.indeterminate = chosen.length > 0 && !all.checked; }
    const bar = document.querySelector(`[data-bulk="${table.id}"]`);
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    const count = bar.querySelector("[data-selected-count]");
    if (count) count.textContent = String(chosen.length);
  }

  /* A form with data-guard warns before work is lost. */
  const dirty = new Set();
  document.addEventListener("input", (event) => { const form = closest(event, "form[data-guard]"); if (form) dirty.add(form); });
  document.addEventListener("submit", (event) => { dirty.delete(event.target); });
  window.addEventListener("beforeunload", (event) => { if ([...dirty].some((form) => form.isConnected)) event.preventDefault(); });

  function start(scope) {
    scope.querySelector("[data-focus]")?.focus();
    for (const table of scope.querySelectorAll("table[data-select]")) showSelection(table);
    for (const button of scope.querySelectorAll("[data-fill]")) { /* the field may have changed meanwhile */
      const field = document.getElementById(button.dataset.fill);
      if (field) button.setAttribute("aria-pressed", String(holds(field, button.dataset.value)));
    }
    for (const bar of scope.querySelectorAll("[data-thumb]")) {
      const target = document.getElementById(bar.dataset.thumb);
      if (target) new IntersectionObserver(([entry]) => { bar.hidden = entry.isIntersecting; }).observe(target);
    }
    markTheme();
  }
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
  start(document); /* loaded with defer: the document stands */
})();
