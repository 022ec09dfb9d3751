// A place in a file, and a record as a conversation.
function place(one) {
  const file = data.files.length > 1 ? data.files[one.f] : "";
  const at = one.l !== null ? (file ? ":" : "line ") + one.l : one.r !== null ? (file ? " " : "") + "row " + one.r : "";
  return file + at || data.files[one.f] || "";
}

function within(path, where) {
  return Boolean(path && where) && path.startsWith(where) && ["", ".", "["].includes(path.charAt(where.length));
}

function conversation(record, path) {
  const list = make("ol", "record");
  for (const [who, text, where] of record) {
    const item = make("li", who ? "said" + (within(path, where) ? " here" : "") : "skipped");
    if (who) {
      item.append(make("span", "who", who));
      item.append(text ? make("span", "text", text) : make("span", "text faint", "(nothing)"));
    } else item.append(make("span", "text faint", "… " + text));
    list.append(item);
  }
  return list;
}

let opened = 0;

function withRecord(item, head, finding) {
  const record = data.records[finding.e];
  if (!record) return;
  const button = make("button", "button quiet", "Record");
  const id = "record-" + opened++;
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", id);
  const holder = make("div", "record-holder");
  holder.id = id;
  holder.hidden = true;
  button.addEventListener("click", () => {
    holder.hidden = !holder.hidden;
    button.setAttribute("aria-expanded", String(!holder.hidden));
    if (!holder.firstChild) holder.append(conversation(record, finding.p));
  });
  head.append(button);
  item.append(holder);
}
