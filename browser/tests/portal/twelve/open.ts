// All that went over the line to the browsers while the stories were told, and all that the browsers kept: nothing that
// anybody wrote is in it, and no secret of anybody who worked there, however it is spelled.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { SYSTEM_CLOCK } from "../../../src/client/clock.ts";
import { Work } from "../../../src/client/context.ts";
import { Home, MemoryStore } from "../../../src/client/home.ts";
import { Remote } from "../../../src/client/remote.ts";
import type { KeyBundle } from "../../../src/client/secret.ts";
import { caseNumber } from "../../../src/protocol/id.ts";
import { SealingKey } from "../../../src/protocol/seal.ts";
import { HURRIED } from "../../support/demo.ts";
import { filesIn } from "../../support/files.ts";
import { ofBundle, ofFiles, ofSealingKey } from "../../support/secrets.ts";
import { Search, type Canaries } from "../../support/tap.ts";
import * as tale from "./tale.ts";
import { BIRDS, DAAN, FEMKE, FILES, IN_PORTAL, IRIS, JORIS, LOTTE_OF_CARE, MAX, ON_COMMAND_LINE, SANNE } from "./tale.ts";

/** Of each there are some, or nothing was looked for. */
const KINDS = [
  "recovery code",
  "slip's secret",
  "PRF output",
  "age key",
  "OpenPGP secret that signs",
  "OpenPGP secret that opens",
  "key to the body",
];

export async function nothingIsInTheOpen(told: tale.Tale): Promise<void> {
  const { cast, tap } = told;
  const secrets = await secretsOf(told);
  const of = (kind: string): number => Object.keys(secrets).filter((name) => name.includes(kind)).length;
  for (const kind of KINDS) assert.ok(of(kind) > 3, `only ${of(kind)} of: ${kind}`);
  const search = new Search({ ...BIRDS, ...FILES, ...secrets });

  const planted = ofSealingKey("planted", SealingKey.generate());
  const [bytes] = Object.values(planted) as [Uint8Array];
  const inHex = Buffer.from(bytes).toString("hex");
  const { page } = cast.hand(FEMKE);
  await page.evaluate((text) => localStorage.setItem("planted", text), inHex);
  await cast.hand(DAAN).at(`planted-${inHex}`);
  await cast.everyoneLeaves();
  const remains = filesIn(cast.remains);
  const foundIn = (what: Search): string[] =>
    remains.flatMap((path) => what.in([readFileSync(path)]).map((found) => `${found} in ${path}`));
  assert.deepEqual(foundIn(search), []);
  const hidden = foundIn(new Search(planted));
  for (const place of ["read", "Local Storage", "History"]) {
    const isFound = hidden.some((found) => found.includes(place));
    assert.ok(isFound, `what was planted is not found in ${place}:\n${hidden.join("\n")}`);
  }

  const [sent, received] = [tap.bytesSent, tap.bytesReceived];
  assert.ok(sent > 1_000_000 && received > 1_000_000, `${sent} and ${received} bytes`);
  assert.deepEqual(tap.finds({ ...BIRDS, ...FILES, ...secrets }), []);
  assert.deepEqual(tap.finds(planted), []);
  await fetch(tap.url, { method: "POST", body: bytes.slice() });
  assert.equal(tap.finds(planted).length, 1, "what is sent is found");
}

/** Everything secret of those who work in the portal, or made their keys there. */
async function secretsOf(told: tale.Tale): Promise<Canaries> {
  const { cast, house, number } = told;
  const inPortal = [JORIS, SANNE, FEMKE, IRIS, DAAN];
  for (const person of inPortal) house.recovers(person, cast.code(person));
  const all: Canaries[] = [cast.secrets];
  for (const person of [...IN_PORTAL, ...ON_COMMAND_LINE, LOTTE_OF_CARE, MAX]) {
    const bundle = await told.keysIn(house.homeOf(person));
    all.push(ofBundle(person.mail, bundle));
    if (inPortal.includes(person)) all.push(await ofFiles(person.mail, await workOf(told, bundle), caseNumber(number)));
  }
  return Object.assign({}, ...all) as Canaries;
}

async function workOf({ house }: tale.Tale, bundle: KeyBundle): Promise<Work> {
  const { hub, authority, member } = bundle;
  const home = await Home.create(new MemoryStore(), { hub, authority, member, language: "nl" }, bundle);
  const remote = new Remote(new URL(house.url), { language: "nl", waits: HURRIED });
  return Work.begin({ home, remote, clock: SYSTEM_CLOCK, language: "nl" });
}
