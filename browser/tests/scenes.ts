// The scenes of tests/vectors/history and tests/vectors/opening: what was signed, in order.

import { base64, utf8 } from "../src/protocol/bytes.ts";
import { PublicCert } from "../src/protocol/cert.ts";
import { House } from "../src/protocol/directory.ts";
import { judgeEntry } from "../src/protocol/history/judge.ts";
import { History, type Entry, type Shown, type View } from "../src/protocol/history.ts";
import {
  caseNumber,
  digest,
  digestOf,
  hubName,
  memberId,
  moment,
  plus,
  type Digest,
  type MemberId,
} from "../src/protocol/id.ts";
import { BadStatement } from "../src/protocol/lines.ts";
import { mayOpen } from "../src/protocol/meeting/opening.ts";
import { Refusal, refused, refusalOf, type Code } from "../src/protocol/refusal.ts";
import { Statement, type Body } from "../src/protocol/statement.ts";
import type { Carried } from "../src/protocol/vault.ts";
import type { Signer } from "../src/protocol/words/composed.ts";
import { json, names } from "./vectors.ts";

export interface Scene {
  readonly what: string;
  /** The scene that is told first, as a path without `.json`. Only the first has none. */
  readonly after?: string;
  readonly hub?: string;
  readonly authority?: string;
  readonly certs?: Readonly<Record<string, string>>;
  readonly entries: readonly Line[];
  readonly question?: Question;
  readonly expect: string;
}

export type Question = Readonly<Record<"case" | "release" | "item" | "reader" | "now", string>>;

interface Line {
  readonly leaf: number;
  readonly at: string;
  readonly statement: string;
  readonly signature: string;
}

/** What a scene has led to: the history, what it recorded with who is shown it, and the certs attached so far. */
export interface Told {
  readonly history: History;
  readonly entries: readonly Entry[];
  readonly shown: ReadonlyMap<Digest, ReadonlySet<string>>;
  readonly certs: ReadonlyMap<Digest, Uint8Array>;
}

export type Answer = Code | "good";

/** The names of all scenes of a folder, `history/case`. */
export function scenesOf(folder: string): string[] {
  return names(folder).map((file) => `${folder}/${file.replace(/\.json$/, "")}`);
}

export function sceneOf(name: string): Scene {
  const [folder, file] = name.split("/");
  return json<Scene>(folder!, `${file}.json`);
}

/** What a scene led to, and how it ended. Whoever goes on from there clones its history. */
export interface Ending {
  readonly told: Told;
  readonly answer: Answer;
}

const endings = new Map<string, Promise<Ending>>();

/** Tells a scene with all before it, once. Only its last statement, or its question, may be refused. */
export function tell(name: string): Promise<Ending> {
  const ending = endings.get(name) ?? tellAnew(name);
  endings.set(name, ending);
  return ending;
}

/** A scene that ends well. */
export async function toldWell(name: string): Promise<Told> {
  const { told, answer } = await tell(name);
  if (answer !== "good") throw new Error(`${name}: ${answer}`);
  return told;
}

async function tellAnew(name: string): Promise<Ending> {
  const scene = sceneOf(name);
  const before = scene.after === undefined ? await beginning(scene) : await toldWell(scene.after);
  const history = before.history.clone();
  const certs = new Map(before.certs);
  for (const [id, cert] of Object.entries(scene.certs ?? {})) certs.set(digest(id), base64.decode(cert));
  const entries = [...before.entries];
  const shown = new Map(before.shown);
  let answer: Answer = "good";
  for (const [place, line] of scene.entries.entries()) {
    if (answer !== "good") throw new Error(`${name}: statement ${place}: ${answer}`);
    answer = await answerOf(async () => {
      const entry = entryOf(line, certs);
      addShown(shown, await history.record(entry, "whole"));
      entries.push(entry);
    });
  }
  if (scene.question !== undefined && answer === "good") answer = answerTo(history, scene.question);
  return { told: { history, entries, shown, certs }, answer };
}

async function beginning({ hub, authority }: Scene): Promise<Told> {
  const house = new House(hubName(hub!), await PublicCert.read(base64.decode(authority!)));
  return { history: History.of(house), entries: [], shown: new Map(), certs: new Map() };
}

export function entryOf(line: Line, certs: ReadonlyMap<Digest, Uint8Array>): Entry {
  const text = utf8(line.statement);
  return {
    id: digestOf(text),
    statement: Statement.parse(text),
    text,
    signature: base64.decode(line.signature),
    leaf: line.leaf,
    at: moment(line.at),
    certs,
  };
}

/** How a history answers a scene's question: may this reader open this item of this release at this moment? */
export function answerTo(history: History, question: Question): Answer {
  const opening = {
    release: digest(question.release),
    item: digest(question.item),
    reader: memberId(question.reader),
    now: moment(question.now),
  };
  const of = () => history.case(caseNumber(question.case));
  return refused(() => mayOpen(history.house, of(), opening))?.code ?? "good";
}

function addShown(all: Map<Digest, ReadonlySet<string>>, shown: Shown): void {
  for (const [id, who] of shown) all.set(id, new Set([...(all.get(id) ?? []), ...who]));
}

/** `good`, or for what something is refused. */
export async function answerOf(attempt: () => unknown): Promise<Answer> {
  try {
    await attempt();
    return "good";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    if (error instanceof BadStatement) return refusalOf(error).code;
    throw error;
  }
}

/** Whether a member is shown a statement, going by what the hub would have kept. */
export function isShown({ history, shown }: Told, member: MemberId, id: Digest): boolean {
  const { house, cases } = history;
  const vaults = [...house.vaults.values(), ...[...cases.values()].map((of) => of.vault)];
  const held = vaults.filter((vault) => vault?.isHeldBy(house, member) === true).map((vault) => vault!.vault);
  const among = new Set<string | undefined>(["all", member, house.partnerOf(member), ...held]);
  return [...(shown.get(id) ?? [])].some((who) => among.has(who));
}

/** The members of a history by their first names. */
export function people({ house }: History): (name: string) => MemberId {
  const byName = [...house.memberships.values()].map(({ name, member }) => [name.split(" ")[0]!, member] as const);
  const members = new Map(byName);
  return (name) => {
    const member = members.get(name);
    if (member === undefined) throw new Error(`nobody is called ${name}`);
    return member;
  };
}

/** An entry that nobody signed, next in a history: for what is judged behind the signature. */
export function unsigned({ entries, certs }: Told, by: Signer, body: Body): Entry {
  const last = entries.at(-1)!;
  const { hub, journal } = last.statement;
  const at = plus(last.at, 60);
  const statement = new Statement({ hub, journal, body, by, signedAt: at });
  const text = statement.toBytes();
  return { id: digestOf(text), statement, text, signature: new Uint8Array(), leaf: last.leaf + 1, at, certs };
}

/** How an entry is judged, but for its place and signature. */
export function judged(history: History, entry: Entry, view: View = "whole", carried?: Carried): Promise<Answer> {
  return answerOf(() => judgeEntry(history, entry, view, carried));
}
