// The map of /map to zoom, drag and light up. Without this script the page has the same picture, and the same in tables.
import cytoscape from "cytoscape";

const nl = document.documentElement.lang === "nl";
const WORDS = {
  bigger: nl ? "Groter" : "Larger",
  smaller: nl ? "Kleiner" : "Smaller",
  whole: nl ? "Alles tonen" : "Show all",
  png: nl ? "Beeld als PNG" : "Picture as PNG",
  open: nl ? "Open de bladzijde van" : "Open the page of",
};
const FITS = ["fits", "bespoke", "gap", "conflicting", "unknown"];
const STEP = 60;
/** How much larger than drawn a picture of few blocks is shown. */
const LARGEST = 1.25;

/** The colours of the style sheet as they are at the moment, light or dark. */
function colours() {
  const probe = document.body.appendChild(document.createElement("span"));
  const found = {};
  for (const name of ["ground", "sheet", "ink", "soft", "line", "edge", "accent", "fits", "bespoke", "gap", "unknown"]) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  found.conflicting = found.gap;
  found.depends = found.edge;
  return found;
}

function styles() {
  const c = colours();
  const dashes = { bespoke: [9, 4], conflicting: [12, 3, 2, 3], unknown: [2, 5] };
  return [
    {
      selector: "node.block",
      style: {
        shape: "round-rectangle", width: "data(width)", height: "data(height)", "background-color": c.ground,
        "border-width": 1, "border-color": c.edge, label: "data(label)", color: c.ink, "font-size": 14,
        "font-family": "system-ui, sans-serif", "text-valign": "center", "text-wrap": "wrap", "text-max-width": 188,
      },
    },
    { selector: "node.beside", style: { "border-style": "dashed" } },
    {
      selector: "node.owner",
      style: {
        shape: "round-rectangle", "background-color": c.sheet, "border-width": 1, "border-color": c.line, padding: 12,
        label: "data(name)", color: c.soft, "font-size": 16, "font-weight": 600, "text-valign": "top", "text-margin-y": -4,
      },
    },
    {
      selector: "edge",
      style: {
        width: 2.4, "curve-style": "unbundled-bezier", "control-point-distances": 0, "source-endpoint": "90deg",
        "target-endpoint": "270deg", "target-arrow-shape": "triangle", "arrow-scale": 0.9, "line-color": c.unknown,
        "target-arrow-color": c.unknown,
      },
    },
    ...[...FITS, "depends"].map((fit) => ({
      selector: `edge.${fit}`,
      style: {
        "line-color": c[fit], "target-arrow-color": c[fit],
        ...(dashes[fit] ? { "line-style": "dashed", "line-dash-pattern": dashes[fit] } : {}),
        ...(fit === "depends" ? { width: 1.2, "arrow-scale": 0.7 } : {}),
      },
    })),
    { selector: "edge.left", style: { "source-endpoint": "270deg", "target-endpoint": "90deg" } },
    {
      selector: "edge.round",
      style: { "target-endpoint": "90deg", "control-point-distances": "data(bend)" },
    },
    // Lower than what is exchanged, so that two lines between the same blocks stay two.
    { selector: "edge.depends", style: { "source-endpoint": "50% 25%", "target-endpoint": "-50% 25%" } },
    { selector: "edge.depends.left", style: { "source-endpoint": "-50% 25%", "target-endpoint": "50% 25%" } },
    { selector: "edge.depends.round", style: { "target-endpoint": "50% 25%" } },
    { selector: ".away", style: { opacity: 0.2 } },
    { selector: "node.block:selected", style: { "border-width": 3, "border-color": c.accent } },
  ];
}

function elements(map) {
  const drawn = map.blocks.filter((block) => block.box);
  const known = new Set(drawn.map((block) => block.iri));
  const owner = (iri) => `owner:${iri ?? ""}`;
  const both = (from, to) => known.has(from) && known.has(to);
  const boxes = new Map(drawn.map((block) => [block.iri, block.box]));
  const line = (source, target, row, kind) => {
    const [from, to] = [boxes.get(source), boxes.get(target)];
    // Out of a side and into a side, so that it passes between the boxes; round them where one stands above the other.
    const way = to[0] > from[0] + from[2] ? "" : to[0] + to[2] < from[0] ? "left" : "round";
    return { data: { source, target, row, bend: to[1] > from[1] ? -150 : 150 }, classes: `${kind} ${way}` };
  };
  return [
    ...map.owners.map((one) => ({ data: { id: owner(one.iri), name: one.name }, classes: "owner", selectable: false })),
    ...drawn.map((block) => {
      const [x, y, width, height] = block.box;
      return {
        data: { id: block.iri, name: block.name, label: block.lines.join("\n"), href: block.href, parent: owner(block.owner), width, height },
        position: { x: x + width / 2, y: y + height / 2 },
        classes: block.chosen ? "block" : "block beside",
      };
    }),
    ...map.dependencies.filter((one) => both(one.dependent, one.dependedOn)).map((one) => (
      line(one.dependent, one.dependedOn, one.row, "depends")
    )),
    ...map.exchanges.filter((one) => both(one.provider, one.consumer)).map((one) => (
      line(one.provider, one.consumer, one.row, one.fit)
    )),
  ];
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function keep(cy) {
  const link = document.createElement("a");
  link.href = cy.png({ full: true, scale: 2, bg: colours().ground });
  link.download = nl ? "samenhang-kaart.png" : "samenhang-map.png";
  link.click();
}

async function start(place) {
  const answer = await fetch(place.dataset.source);
  if (!answer.ok) return; // the picture that is there already stays
  const map = await answer.json();
  place.classList.add("live");
  const scale = Math.min(LARGEST, place.clientWidth / map.size[0]);
  place.style.height = `${Math.min(innerHeight * 0.8, map.size[1] * scale + 32)}px`;
  const cy = cytoscape({
    container: place, elements: elements(map), style: styles(), layout: { name: "preset", padding: 16 },
    minZoom: 0.2, maxZoom: 3, userZoomingEnabled: false, boxSelectionEnabled: false,
  });
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  const about = (node) => {
    const near = node.closedNeighborhood();
    cy.elements().removeClass("away");
    cy.elements().not(near).not(near.parents()).addClass("away");
    const link = document.createElement("a");
    link.href = node.data("href");
    link.textContent = `${WORDS.open} ${node.data("name")}`;
    told.replaceChildren(link);
  };
  const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  const whole = () => {
    cy.fit(undefined, 16);
    if (cy.zoom() > LARGEST) {
      cy.zoom(LARGEST);
      cy.center();
    }
  };
  whole();
  cy.on("tap", "node.block", (event) => about(event.target));
  cy.on("tap", "edge", (event) => {
    const row = event.target.data("row");
    if (row) location.hash = row;
  });
  cy.on("tap", (event) => {
    if (event.target !== cy) return;
    cy.elements().removeClass("away");
    told.replaceChildren();
  });
  const keys = {
    "+": () => zoom(1.25), "-": () => zoom(0.8), 0: whole,
    ArrowLeft: () => cy.panBy({ x: STEP, y: 0 }), ArrowRight: () => cy.panBy({ x: -STEP, y: 0 }),
    ArrowUp: () => cy.panBy({ x: 0, y: STEP }), ArrowDown: () => cy.panBy({ x: 0, y: -STEP }),
  };
  place.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey) return;
    keys[event.key]();
    event.preventDefault();
  });
  const tools = document.createElement("p");
  tools.className = "tools";
  tools.append(
    button(WORDS.bigger, () => zoom(1.25)), button(WORDS.smaller, () => zoom(0.8)), button(WORDS.whole, whole),
    button(WORDS.png, () => keep(cy)),
  );
  place.before(tools);
  place.after(told);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(styles()));
  place.dataset.drawn = "yes";
}

const place = document.getElementById("kaart");
// On a phone a picture that takes every touch would hold the reader.
if (place && matchMedia("(min-width: 40rem)").matches) start(place);
