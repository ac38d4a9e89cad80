/*! With @zazuko/yasqe (MIT, (c) Triply, Zazuko), CodeMirror (MIT, (c) Marijn Haverbeke and others), lodash (MIT, (c) OpenJS Foundation). */
// The text field of /sparql as an editor: colours, mistakes, completion. Without this script the field does all that a form does.
import "@zazuko/yasqe/build/yasqe.min.css";
import Yasqe from "@zazuko/yasqe";

const nl = document.documentElement.lang === "nl";
const WORDS = {
  label: nl ? "Uw vraag. Ctrl+Enter voert ze uit, Ctrl+Spatie vult aan." : "Your query. Ctrl+Enter runs it, Ctrl+Space completes.",
  hints: nl ? "Aanvullingen" : "Completions",
  line: nl ? "Fout op regel" : "Mistake on line",
};
const MOST = 60;

/** A short name as the prefix table has it, or the address between angle brackets. */
function short(iri, prefixes) {
  let best = "";
  for (const [prefix, space] of Object.entries(prefixes)) {
    if (iri.startsWith(space) && /^\w[\w-]*$/.test(iri.slice(space.length)) && (!best || space.length > prefixes[best].length)) best = prefix;
  }
  return best ? `${best}:${iri.slice(prefixes[best].length)}` : `<${iri}>`;
}

/** Terms whose short name begins with what was typed, then those with a name that has it somewhere. */
function fitting(terms, typed) {
  const wanted = typed.toLowerCase().replace(/^</, "");
  const begins = terms.filter((term) => term.short.toLowerCase().startsWith(wanted) || term.iri.toLowerCase().startsWith(wanted));
  if (begins.some((term) => term.short.toLowerCase() === wanted)) return []; // it is written already
  const said = terms.filter((term) => !begins.includes(term) && `${term.name} ${term.short}`.toLowerCase().includes(wanted));
  return [...begins, ...said].slice(0, MOST).map((term) => term.short);
}

/** Completers that know our own terms and prefixes; those of the package ask other hosts, and stay off. */
function completers(known) {
  const { prefixes } = known;
  const names = new Map();
  for (const kind of ["classes", "properties"]) {
    for (const term of known[kind]) {
      term.short = short(term.iri, prefixes);
      names.set(term.short, term.name);
    }
  }
  const of = (name, kind) => ({
    name: `own-${name}`, bulk: false, autoShow: true,
    get: (_editor, token) => (token && token.string.trim().length > 1 ? fitting(known[kind], token.string.trim()) : []),
    preProcessToken: (_editor, token) => token,
    postProcessSuggestion: (_editor, _token, suggestion) => suggestion,
    postprocessHints: (_editor, hints) => hints.map((hint) => ({ ...hint, displayText: `${hint.text}  ${names.get(hint.text) ?? ""}` })),
  });
  Yasqe.forkAutocompleter("class", of("class", "classes"), false);
  Yasqe.forkAutocompleter("property", of("property", "properties"), false);
  Yasqe.forkAutocompleter("prefixes", {
    name: "own-prefixes", persistenceId: null,
    get: () => Object.entries(prefixes).map(([prefix, space]) => `${prefix}: <${space}>`).sort(),
  }, false);
  return ["variables", "own-prefixes", "own-property", "own-class"];
}

async function vocabulary(address) {
  const answer = address ? await fetch(address) : null;
  return answer?.ok ? answer.json() : { prefixes: {}, classes: [], properties: [] };
}

/** The line of a mistake in words, beside the sign that is drawn for it. */
function speak(editor, told) {
  const line = editor.getValue().split("\n").findIndex((_text, number) => editor.lineInfo(number)?.gutterMarkers?.gutterErrorBar) + 1;
  const text = line ? `${WORDS.line} ${line}.` : "";
  if (told.textContent !== text) told.textContent = text;
}

async function start(field) {
  const known = await vocabulary(field.dataset.vocabulary);
  const place = document.createElement("div");
  place.className = "editor";
  field.after(place);
  const leave = { Tab: false, "Shift-Tab": false, Esc: false, "Ctrl-S": false };
  const send = () => field.form.requestSubmit();
  const editor = new Yasqe(place, {
    value: field.value, autocompleters: completers(known), persistenceId: () => undefined, showQueryButton: false,
    createShareableLink: null, consumeShareLink: null, resizeable: false, editorHeight: "auto", inputStyle: "contenteditable",
    screenReaderLabel: WORDS.label, highlightSelectionMatches: false, hintConfig: { container: place },
    extraKeys: { ...leave, "Ctrl-Enter": send, "Cmd-Enter": send },
  });
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.className = "quiet";
  place.after(told);
  editor.on("changes", () => { field.value = editor.getValue(); speak(editor, told); });
  speak(editor, told);
  const text = place.querySelector(".CodeMirror-code");
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-multiline", "true");
  editor.on("autocompletionShown", (_editor, widget) => widget.hints.setAttribute("aria-label", WORDS.hints));
  // The tooltip of a mistake is in English, with a style in its markup; the line below the field says it.
  place.addEventListener("mouseover", (event) => { if (event.target.closest(".parseErrorIcon")) event.stopPropagation(); }, true);
  field.hidden = true;
  document.querySelector(`label[for="${field.id}"]`).addEventListener("click", () => editor.focus());
  place.dataset.drawn = "yes";
}

const field = document.getElementById("query");
if (field) start(field);
