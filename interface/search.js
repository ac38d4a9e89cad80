// A search by name on a site without a server: it reads the small file of the first letters of what is typed.

const field = document.querySelector("#q");
const place = document.querySelector("#gevonden");
const lang = document.documentElement.lang;
const source = new URL(place.dataset.source, location);
const words = {
  nl: { more: "Typ twee letters of meer.", none: "Niets gevonden. Probeer een deel van de naam, of een andere soort.", found: "gevonden", first: "de eerste", also: "ook", failed: "De zoekbestanden zijn niet te lezen. De lijsten hieronder zijn er wel." },
  en: { more: "Type two letters or more.", none: "Nothing found. Try part of the name, or another kind.", found: "found", first: "the first", also: "also", failed: "The files to search in cannot be read. The lists below are there." },
}[lang];
const MOST = 50;

/** Small letters without accents or signs, as the files have their words. */
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^0-9a-z]+/g, " ").trim();

const read = new Map();
/** What stands in a file, asked once. */
function load(url) {
  if (!read.has(url.href)) {
    read.set(url.href, fetch(url).then((answer) => {
      if (!answer.ok) throw new Error(url.href);
      return answer.json();
    }));
  }
  return read.get(url.href);
}

/** Whether two words are the same but for one letter more, less or other, or two that changed places. */
function alike(one, other) {
  if (Math.abs(one.length - other.length) > 1 || Math.min(one.length, other.length) < 4) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const [rest, left] = [one.slice(at), other.slice(at)];
  return rest.slice(1) === left || rest === left.slice(1) || rest.slice(1) === left.slice(1)
    || (rest.length > 1 && rest[0] === left[1] && rest[1] === left[0] && rest.slice(2) === left.slice(2));
}

/** How well a name fits what is wanted, as the service weighs it; 0 when it does not. */
function score(wanted, name) {
  const called = plain(name);
  const joined = wanted.replaceAll(" ", "");
  const whole = called.replaceAll(" ", "");
  if (joined === whole) return wanted === called ? 100 : 98;
  if (whole.startsWith(joined)) return 95;
  const parts = wanted.split(" ");
  const has = called.split(" ");
  if (parts.every((part) => has.some((word) => word.startsWith(part)))) return 90;
  if (joined.length > 2 && whole.includes(joined)) return 80;
  return parts.every((part) => has.some((word) => word.startsWith(part) || alike(part, word))) ? 60 : 0;
}

async function find(wanted, kind) {
  const index = await load(source);
  // One file is enough: the names in it are whole. With a typing error in the first letters another word may help.
  for (const part of wanted.split(" ").sort((one, other) => other.length - one.length)) {
    const file = index.files[part.slice(0, 2)];
    if (!file) continue;
    const at = new URL(file.href, source);
    const hits = (await load(at))
      .filter((entry) => !kind || entry.kind === kind)
      .map((entry) => {
        const names = [...new Set([entry.names[lang], ...Object.values(entry.names), ...entry.also])];
        const [best, by] = names.map((name) => [score(wanted, name), name]).reduce((one, other) => (other[0] > one[0] ? other : one));
        return { best, by, entry, kind: index.kinds[entry.kind]?.[lang] ?? entry.kind, href: new URL(entry.pages[lang].href, at).href };
      })
      .filter((hit) => hit.best);
    if (hits.length) return hits.sort((one, other) => other.best - one.best || one.by.length - other.by.length || one.href.localeCompare(other.href));
  }
  return [];
}

function say(text) {
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.textContent = text;
  return line;
}

function item(hit) {
  const line = document.createElement("li");
  const name = document.createElement("p");
  name.className = "found";
  const link = document.createElement("a");
  link.href = hit.href;
  link.textContent = hit.entry.names[lang];
  name.append(link);
  const about = document.createElement("p");
  about.className = "quiet";
  about.textContent = hit.kind + (Object.values(hit.entry.names).includes(hit.by) ? "" : ` · ${words.also}: ${hit.by}`);
  line.append(name, about);
  return line;
}

let turn = 0;
async function search() {
  const mine = (turn += 1);
  const wanted = plain(field.value);
  if (wanted.length < 2) {
    place.replaceChildren(...(field.value ? [say(words.more)] : []));
    return;
  }
  const kind = document.querySelector("#kind").value;
  try {
    const hits = await find(wanted, kind);
    if (mine !== turn) return;
    const list = document.createElement("ol");
    list.className = "hits";
    list.append(...hits.slice(0, MOST).map(item));
    const cut = hits.length > MOST ? `, ${words.first} ${MOST}` : "";
    place.replaceChildren(say(hits.length ? `${hits.length} ${words.found}${cut}` : words.none), list);
  } catch {
    if (mine === turn) place.replaceChildren(say(words.failed));
  }
}

const asked = new URLSearchParams(location.search);
if (asked.get("q")) field.value = asked.get("q");
if (asked.get("kind")) document.querySelector("#kind").value = asked.get("kind");
let late;
field.addEventListener("input", () => {
  clearTimeout(late);
  late = setTimeout(search, 150);
});
document.querySelector("#kind").addEventListener("change", search);
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const to = new URL(location);
  to.search = new URLSearchParams({ q: field.value, ...(document.querySelector("#kind").value && { kind: document.querySelector("#kind").value }) });
  history.replaceState(null, "", to);
  search();
});
search();
