// Quicker what pages do anyway: the order of a whole table, a list of questions that is narrowed, names that fit what is typed.

/** What a cell is ordered by: as the service does it, numbers by value, names without regard to case, nothing last. */
function key(row, column) {
  const text = row.cells[column].textContent.trim();
  return { empty: text === "", number: /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : 0, text: text.toLowerCase() };
}

function sort(heading, link) {
  const body = heading.closest("table").tBodies[0];
  const down = heading.getAttribute("aria-sort") === "ascending";
  const keyed = [...body.rows].map((row) => ({ row, ...key(row, heading.cellIndex) }));
  const sign = down ? -1 : 1;
  keyed.sort((a, b) => a.empty - b.empty || sign * (a.number - b.number) || sign * ((a.text > b.text) - (a.text < b.text)));
  body.append(...keyed.map((one) => one.row));
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  if (!link) return;
  history.replaceState(null, "", link.href);
  const next = new URL(link.href);
  if (down) next.searchParams.delete("order");
  else next.searchParams.set("order", "desc");
  link.href = next;
}

for (const heading of document.querySelectorAll("table.sortable[data-whole] th")) {
  const link = heading.querySelector("a[href]");
  if (!link) {
    // The service knows no other order of these rows than the query says, and a site without a server only one.
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    heading.append(button);
    continue;
  }
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sort(heading, link);
  });
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

for (const field of document.querySelectorAll("input[data-filter]")) {
  const list = document.querySelector(field.dataset.filter);
  const count = document.querySelector("[data-count]");
  // The page may have been narrowed by the service already; what it left out cannot come back by itself.
  if (!field.value) {
    field.addEventListener("input", () => {
      const words = plain(field.value).split(/\s+/);
      let shown = 0;
      for (const item of list.querySelectorAll(".item")) {
        item.hidden = !words.every((word) => plain(item.textContent).includes(word));
        shown += !item.hidden;
      }
      for (const part of list.querySelectorAll("section")) {
        const left = part.querySelectorAll(".item:not([hidden])").length;
        part.hidden = !left;
        part.querySelector("[data-part]").textContent = left;
      }
      count.textContent = shown;
    });
  }
}

for (const field of document.querySelectorAll("input[data-kinds]")) {
  let late;
  const ask = async () => {
    const kinds = field.dataset.kinds.split(" ");
    const only = kinds.length === 1 ? { kind: kinds[0] } : {};
    const then = new URLSearchParams(location.search).get("asOf");
    if (then) only.asOf = then;
    const answer = await fetch(`/search.json?${new URLSearchParams({ q: field.value, ...only })}`);
    if (!answer.ok) return;
    const { found } = await answer.json();
    const lang = document.documentElement.lang;
    field.list.replaceChildren(...found.filter((one) => kinds.includes(one.kind)).slice(0, 20).map((one) => {
      const option = document.createElement("option");
      option.value = one.iri;
      option.label = one.names[lang] ?? Object.values(one.names)[0] ?? one.iri;
      return option;
    }));
  };
  field.addEventListener("input", () => {
    clearTimeout(late);
    if (field.value.trim().length > 1) late = setTimeout(ask, 200);
  });
}
