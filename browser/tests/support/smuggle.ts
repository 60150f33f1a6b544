// A hub that records what it should refuse, together with somebody who signs it. It has the journal's key: leaf, tree and
// checkpoint are as they should be, so that whoever is shown it has only the rules to go by.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";

import { batchBytes, type Signed } from "../../src/client/batch.ts";
import { SYSTEM_CLOCK } from "../../src/client/clock.ts";
import { Work, type Context } from "../../src/client/context.ts";
import { Draft } from "../../src/client/sign.ts";
import type { Known } from "../../src/client/trust.ts";
import { utf8 } from "../../src/protocol/bytes.ts";
import { SecretCert } from "../../src/protocol/cert.ts";
import { digestOf, hubName, plus, type CaseNumber, type Digest } from "../../src/protocol/id.ts";
import type { Code } from "../../src/protocol/refusal.ts";
import { SealingKey } from "../../src/protocol/seal.ts";
import type { Body, Kind, Of } from "../../src/protocol/statement.ts";
import { NOTHING_SEEN } from "../../src/protocol/words/composed.ts";
import { beside, ends } from "./beside.ts";
import type { Demo } from "./demo.ts";

declare const ROOT: string;

/** The lying program of the stories on the command line, as cargo built it; or of the environment. */
const LIAR = process.env["LIAR"] ?? join(ROOT, "target", "debug", "examples", "liar");

/** What is recorded, to whom it is shown first, and the rule that it breaks. */
export interface Smuggled {
  readonly lie: string;
  readonly who: "femke" | "noor";
  readonly rule: Code;
}

export const SMUGGLED = [
  { lie: "forged-membership", who: "femke", rule: "bad-signature" },
  { lie: "forged-rule", who: "femke", rule: "bad-signature" },
  { lie: "old-roster", who: "noor", rule: "other-roster" },
  { lie: "other-roster-released", who: "noor", rule: "not-approved" },
  { lie: "release-unapproved", who: "noor", rule: "not-approved" },
  { lie: "release-unconsulted", who: "noor", rule: "not-consulted" },
  { lie: "release-to-another", who: "noor", rule: "not-on-roster" },
  { lie: "strangers-generation", who: "femke", rule: "not-holder" },
  { lie: "skipped-generation", who: "femke", rule: "old-generation" },
  { lie: "old-generation", who: "femke", rule: "old-generation" },
] as const satisfies readonly Smuggled[];

export type SmuggledLie = (typeof SMUGGLED)[number]["lie"];

/** A lie by which not a rule is broken: what was shown before was another. */
export const TWO_STORIES = ["other-directory", "two-journals"] as const;

/** Who has the journal of a hub, with its key. */
export class Smuggler {
  private constructor(
    private readonly hub: URL,
    private readonly liar: URL,
    private readonly program: ChildProcess,
  ) {}

  /** Beside the hub of a house in a folder, with its configuration. */
  static async of(demo: Pick<Demo, "url" | "folder">): Promise<Smuggler> {
    if (!existsSync(LIAR)) throw new Error(`${LIAR} is not built: cargo build --locked --example liar`);
    const args = [demo.url.href, "0", join("hub", "zegel.toml")];
    const program = beside(spawn(LIAR, args, { cwd: demo.folder, stdio: ["ignore", "pipe", "inherit"] }));
    const [said] = (await Promise.race([once(program.stdout!, "data"), once(program, "exit")])) as [unknown];
    if (!(said instanceof Uint8Array)) throw new Error("the liar ended");
    (program.stdout as Socket).unref();
    return new Smuggler(demo.url, new URL("liar/journal", String(said).trim()), program);
  }

  /** The number of its leaves. */
  async size(): Promise<number> {
    const { size } = (await (await fetch(new URL("v1/hub", this.hub))).json()) as { size: number };
    return size;
  }

  /** Records a statement unjudged, and shows it to everyone. */
  async record(signed: Signed): Promise<void> {
    const headers = { "content-type": "application/json" };
    const body = batchBytes({ entries: [signed], attachments: [] }) as Uint8Array<ArrayBuffer>;
    const answer = await fetch(this.liar, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Takes the last leaf away, as if it had never been. */
  async takeBack(): Promise<void> {
    const answer = await fetch(this.liar, { method: "DELETE" });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async end(): Promise<void> {
    await ends(this.program);
  }
}

/** A statement that this person signs, whatever it says. */
export function signedBy(ctx: Context, body: Body): Promise<Signed> {
  return signed(ctx.home.settings.member, ctx.home.bundle.keys.at(-1)!.cert, body);
}

/** A statement that the house's authority signs. */
export async function signedByAuthority(body: Body): Promise<Signed> {
  const armor = new Uint8Array(readFileSync(join(ROOT, "keys.example", "authority.asc")));
  return signed("authority", await SecretCert.fromArmor(armor), body);
}

async function signed(by: Parameters<typeof Draft.of>[2], cert: SecretCert, body: Body): Promise<Signed> {
  const draft = Draft.of(hubName("localhost"), NOTHING_SEEN, by, SYSTEM_CLOCK.now());
  draft.push(body);
  return (await draft.sign(cert)).entries[0]!;
}

/** Whoever helps the hub, and the case that it is about: Femke approved for Noor under two rosters, Joris released. */
export interface Helpers {
  readonly number: CaseNumber;
  readonly joris: Context;
  readonly femke: Context;
  readonly pieter: Context;
  readonly noor: Context;
}

/** What the hub records with somebody's help. */
export async function smuggled(lie: SmuggledLie, helpers: Helpers): Promise<Signed> {
  const { joris, femke, pieter, noor } = helpers;
  const { known, release, item, approval, vault, members, on } = await seenByJoris(helpers);
  switch (lie) {
    case "forged-membership": {
      const hers = bodiesOf(known, "membership").find(({ body }) => body.member === noor.home.settings.member)!;
      const max = await SecretCert.generateAuthority("Autoriteit Midden-Linge", SYSTEM_CLOCK.now());
      return signed("authority", max, { ...hers.body, recipient: SealingKey.generate().recipient });
    }
    case "forged-rule":
      return signed(pieter.home.settings.member, joris.home.bundle.keys.at(-1)!.cert, {
        ...item,
        withheld: item.withheld === "shown" ? "silent" : "shown",
      });
    case "old-roster":
      return signedBy(femke, approval.body);
    case "other-roster-released":
      return signedBy(joris, { ...release, approved: [{ item: approval.body.item, approval: approval.id }] });
    case "release-unapproved": {
      const nobodys = { item: approval.body.item, approval: digestOf(utf8("nobody's")) };
      return signedBy(joris, { ...release, approved: [nobodys] });
    }
    case "release-unconsulted":
      return signedBy(joris, { ...release, consultation: undefined });
    case "release-to-another":
      return signedBy(joris, { ...release, reader: members.find((member) => !on.has(member))! });
    case "strangers-generation":
      return signedBy(noor, { ...vault.body, generation: vault.body.generation + 1, predecessor: vault.id });
    case "skipped-generation":
      return signedBy(femke, { ...vault.body, generation: vault.body.generation + 2, predecessor: vault.id });
    // What the police contributed was sealed to the generation before.
    case "old-generation":
      return signedBy(pieter, item);
  }
}

/** What a lie is made of. */
async function seenByJoris({ joris, femke, noor, number }: Helpers) {
  const { world } = await Work.begin(joris);
  await world.loadCase(number);
  const known = [...world.statementsOfHouse(), ...world.statementsOf(number)];
  const reader = noor.home.settings.member;
  const release = bodiesOf(known, "release").filter(({ body }) => body.reader === reader).at(-1)!.body;
  const roster = bodiesOf(known, "roster").find(({ id }) => id === release.roster)!.body;
  const approvals = bodiesOf(known, "approval").filter(({ body }) => body.reader === reader);
  const released = new Set(release.approved.map(({ item }) => item));
  const approval = approvals.find(({ body }) => body.roster === roster.previous && released.has(body.item))!;
  const item = bodiesOf(known, "item").find(({ id }) => id === approval.body.item)!.body;
  const isPolice = ({ body }: { body: Of<"vault"> }): boolean => body.holder.includes(femke.home.settings.member);
  const vault = bodiesOf(known, "vault").filter(isPolice).at(-1)!;
  const members = [...world.house.members.keys()];
  return { known, release, item, approval, vault, members, on: new Set(roster.participant.map(({ member }) => member)) };
}

/** All of a kind, with their ids, in the order of the journal. */
export function bodiesOf<K extends Kind>(all: readonly Known[], kind: K): { id: Digest; body: Of<K> }[] {
  const ofKind = all.filter(({ statement }) => statement.body.kind === kind);
  return ofKind.map(({ id, statement }) => ({ id, body: statement.body as unknown as Of<K> }));
}

/** The newest directory, changed: another of the same number. */
export async function anotherDirectory(ctx: Context): Promise<{ first: Of<"directory">; other: Signed }> {
  const { world } = await Work.begin(ctx);
  const first = bodiesOf(world.statementsOfHouse(), "directory").at(-1)!.body;
  return { first, other: await signedByAuthority({ ...first, until: plus(first.until, 3600) }) };
}
