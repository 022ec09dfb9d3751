// What fixes would change, before and after.
(function changes() {
  const list = byId("changes");
  if (!list) return;
  const STEP = 8;
  const search = byId("change-search"), rule = byId("change-rule"), status = byId("change-status"), more = byId("more-changes");
  let found = [], shown = 0;

  function textOf(change) {
    if (change.text === undefined) {
      const pieces = [...change.b, ...(change.a || [])].map((piece) => piece[0]);
      change.text = [place(change), change.p || "", pieces.join("")].join("\n").toLowerCase();
    }
    return change.text;
  }

  function side(name, label, pieces) {
    const row = make("div", "side " + name);
    row.append(make("span", "who", label));
    const text = make("span", "text");
    for (const [piece, differs] of pieces) text.append(differs ? make("mark", "", piece) : piece);
    row.append(text);
    return row;
  }

  function dropped(change) {
    if (!data.records[change.e]) return side("dropped", "dropped", change.b);
    const box = make("div", "dropped whole"), head = make("div", "whole-head");
    head.append(make("span", "who", "the whole example is dropped"));
    box.append(head);
    withRecord(box, head, change);
    return box;
  }

  function show() {
    const upTo = Math.min(shown + STEP, found.length);
    for (; shown < upTo; shown++) {
      const change = found[shown], item = make("li", "change"), head = make("div", "change-head");
      head.append(make("span", "place", place(change)));
      if (change.p) head.append(make("code", "", change.p));
      head.append(make("span", "codes", change.c.join(", ")));
      item.append(head);
      if (change.a) item.append(side("before", "before", change.b), side("after", "after", change.a));
      else item.append(dropped(change));
      list.append(item);
    }
    const left = found.length - shown;
    more.hidden = left <= 0;
    more.textContent = "Show " + Math.min(left, STEP) + " more";
  }

  function filter() {
    const words = search.value.trim().toLowerCase();
    found = data.changes.filter((change) =>
      (!rule.value || change.c.includes(rule.value)) && (!words || textOf(change).includes(words)));
    list.textContent = "";
    shown = 0;
    show();
    status.textContent = counted(found.length, "change") + (words || rule.value ? " found" : " in this page");
  }

  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  rule.addEventListener("change", filter);
  more.addEventListener("click", show);
  byId("change-filters").hidden = false;
  filter();
})();
