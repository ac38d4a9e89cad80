// Follow a change feed to its end: node follow.mjs ADDRESS STATE. Prints each version once, as JSON; those that STATE (a
// folder) knows of a run before are not given again.
import { intoConfig, replicateLDES } from "ldes-client";

const [url, statePath] = process.argv.slice(2);
const reader = replicateLDES(intoConfig({ url, statePath, fetch }), "ascending").stream().getReader();
const members = [];
for (let read = await reader.read(); !read.done; read = await reader.read()) {
  const { id, timestamp, isVersionOf, quads } = read.value;
  members.push({ id: id.value, at: timestamp.toISOString(), of: isVersionOf, statements: quads.length });
}
process.stdout.write(JSON.stringify({ members }));
