// Findings, rule by rule, filtered by text, severity, rule and file.
(function findings() {
  const filters = byId("filters");
  if (!filters) return;
  const STEP = 20;
  const search = byId("search"), rule = byId("rule"), file = byId("file"), status = byId("status");
  const clear = byId("clear"), nothing = byId("nothing"), apart = byId("dataset-title");
  const toggles = [...filters.querySelectorAll("[data-severity]")];
  const groups = [...document.querySelectorAll("details.rule")].map((element) => ({
    element,
    severity: element.dataset.severity,
    dataset: apart !== null && Boolean(apart.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING),
    list: element.querySelector(".examples"),
    more: element.querySelector(".more-button"),
    matching: element.querySelector(".matching"),
    all: [],
    found: [],
    shown: 0,
  }));
  groups.sort((a, b) => a.element.dataset.group - b.element.dataset.group);
  for (const finding of data.findings) groups[finding.g].all.push(finding);

  function haystack(finding) {
    if (finding.text === undefined) {
      const said = (data.records[finding.e] || []).map((entry) => entry[1]);
      finding.text = [place(finding), finding.p || "", finding.m, ...said].join("\n").toLowerCase();
    }
    return finding.text;
  }

  function show(group) {
    const upTo = Math.min(group.shown + STEP, group.found.length);
    for (; group.shown < upTo; group.shown++) {
      const finding = group.found[group.shown], item = make("li"), head = make("div", "example");
      head.append(make("span", "place", place(finding)));
      const words = make("span", "message");
      if (finding.p) words.append(make("code", "", finding.p), " ");
      words.append(finding.m);
      head.append(words);
      item.append(head);
      withRecord(item, head, finding);
      group.list.append(item);
    }
    const left = group.found.length - group.shown;
    group.more.hidden = left <= 0;
    group.more.textContent = "Show " + Math.min(left, STEP) + " more";
  }

  function redraw(group) {
    group.list.textContent = "";
    group.shown = 0;
    if (group.element.open) show(group);
  }

  function filter() {
    const words = search.value.trim().toLowerCase(), wanted = file ? file.value : "";
    const severities = new Set(toggles.filter((t) => t.getAttribute("aria-pressed") === "true").map((t) => t.dataset.severity));
    const narrowed = Boolean(words || wanted);
    let total = 0, datasets = 0;
    groups.forEach((group, nth) => {
      const mine = severities.has(group.severity) && (!rule.value || Number(rule.value) === nth);
      group.found = !mine ? [] : group.all.filter((one) =>
        (!wanted || one.f === Number(wanted)) && (!words || haystack(one).includes(words)));
      group.element.hidden = !mine || (narrowed && !group.found.length);
      group.matching.textContent = narrowed ? group.found.length.toLocaleString("en") + " of " : "";
      total += group.found.length;
      if (group.dataset && !group.element.hidden) datasets++;
      redraw(group);
    });
    const filtered = narrowed || rule.value || severities.size < toggles.length;
    if (apart) apart.hidden = !datasets;
    clear.hidden = !filtered;
    nothing.hidden = groups.some((group) => !group.element.hidden);
    status.textContent = counted(total, "finding") + (filtered ? " found" : " in this page");
  }

  for (const group of groups) {
    group.element.addEventListener("toggle", () => { if (group.element.open && !group.shown) show(group); });
    group.more.addEventListener("click", () => {
      const last = group.list.lastElementChild;
      show(group);
      const next = last && last.nextElementSibling && last.nextElementSibling.querySelector("button");
      if (next) next.focus();
    });
  }
  for (const toggle of toggles) {
    toggle.addEventListener("click", () => {
      toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  if (file) data.files.forEach((name, at) => {
    const option = make("option", "", name);
    option.value = at;
    file.append(option);
  });
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  rule.addEventListener("change", () => { filter(); if (rule.value) groups[Number(rule.value)].element.open = true; });
  if (file) file.addEventListener("change", filter);
  clear.addEventListener("click", () => {
    search.value = rule.value = "";
    if (file) file.value = "";
    for (const toggle of toggles) toggle.setAttribute("aria-pressed", "true");
    filter();
    search.focus();
  });
  filters.hidden = false;
  filter();
})();
