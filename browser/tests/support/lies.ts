// The lies that a hub can tell on the way, by the names that all stories use for them.

import { generateKeyPairSync, sign } from "node:crypto";
import { gzipSync } from "node:zlib";

import { base64, concat, textOf, utf8 } from "../../src/protocol/bytes.ts";
import { SecretCert } from "../../src/protocol/cert.ts";
import { bytesOf, digestOf, moment, newMemberId, plus, type Moment } from "../../src/protocol/id.ts";
import { recipient, sealFile, SealingKey } from "../../src/protocol/seal.ts";
import { idOf, readBatch } from "../../src/client/batch.ts";

/** What is lied about: pairs of a text, or of a part of a path, and what stands in its place. */
export type About = readonly (readonly [at: string, instead: string])[];

/** A lie that is told. */
export interface Told {
  readonly lie: Lie;
  readonly about: About;
}

/** What was asked of the hub. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What is answered. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** How an answer ends, if not as it should. */
export type Ending = "cut" | "endless" | "silent" | "trickling";

/** Where a lie is told. */
type Where = (asked: Asked, about: About) => boolean;

/** What a lie makes of a true answer; `before` is what was answered to the same the first time. */
type Bend = (told: { answer: Answered; about: About; asked: Asked; before: Answered | undefined }) => Answered;

/** What a lie answers out of nothing. */
type MakeUp = (told: {
  asked: Asked;
  about: About;
  hub: (path: string) => Promise<Answered>;
}) => Answered | Promise<Answered>;

interface Telling {
  readonly where: Where;
  readonly bend?: Bend;
  readonly makeUp?: MakeUp;
  /** Whether something else is asked of the hub. */
  readonly asksElse?: boolean;
  readonly ending?: Ending;
}

const everywhere: Where = () => true;
const at = (method: string, beginning: string): Where => (asked) =>
  asked.method === method && asked.path.startsWith(beginning);
const evidence = at("GET", "/v1/statements?");
const batches: Where = ({ method, path }) => method === "POST" && path === "/v1/statements";
const named: Where = ({ path }, about) => about[0] !== undefined && path.includes(about[0][0]);

const json = (status: number, body: unknown): Answered => ({
  status,
  headers: { "content-type": "application/json" },
  body: utf8(JSON.stringify(body)),
});
const plain = (status: number, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Answered => ({
  status,
  headers,
  body,
});
const NOTHING = new Uint8Array();
const AT = moment("2026-11-02T08:00:00Z");

/** One statement in a page of evidence. */
interface Entry {
  readonly statement: string;
  at: Moment;
  readonly inclusion: unknown[];
}

/** What the answers that are bent are made of; each has some of it. */
interface Fields {
  entries: Entry[];
  more: boolean;
  checkpoint: string;
  cases: { readonly case: string }[];
  headers: { readonly statement: string; readonly part: string; header: string }[];
  member: string;
  recorded: { id: string; leaf: number }[];
}

const changed = (how: (value: Fields) => void): Bend => ({ answer }) => {
  const value = JSON.parse(textOf(answer.body)!) as Fields;
  how(value);
  return { ...answer, body: utf8(JSON.stringify(value)) };
};
const bytes = (how: (body: Uint8Array) => Uint8Array): Bend => ({ answer }) => ({ ...answer, body: how(answer.body) });
const rewritten: Bend = ({ answer, about }) => {
  const text = textOf(answer.body);
  if (text === undefined) return answer;
  return { ...answer, body: utf8(about.reduce((all, [of, instead]) => all.replaceAll(of, instead), text)) };
};
const leftOut: Bend = (told) =>
  changed((page) => {
    const has = (text: string): boolean => told.about.every(([line]) => text.includes(line));
    page.entries = page.entries.filter(({ statement }) => !has(statement));
  })(told);
const headers = (how: (text: string) => string): Bend =>
  changed((list) => {
    for (const row of list.headers) row.header = base64.encode(utf8(how(textOf(base64.decode(row.header))!)));
  });

/** The one stanza a second time: a good age header, but for another reader too. */
function twoStanzas(header: string): string {
  const lines = header.split("\n");
  return [lines[0], lines[1], lines[2], ...lines.slice(1)].join("\n");
}

/** The same origin, under a key that is not the journal's. */
function forged(note: string): string {
  const name = note.split("\n")[0]!;
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const point = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  const id = bytesOf(digestOf(concat(utf8(`${name}\n`), new Uint8Array([1]), point))).subarray(0, 4);
  const text = `${name}\n9999\n${base64.encode(bytesOf(digestOf(utf8("root"))))}\n`;
  const signature = new Uint8Array(sign(null, utf8(text), privateKey));
  return `${text}\n— ${name} ${base64.encode(concat(id, signature))}\n`;
}

const FALSE_WORDS =
  "\u{1b}[2J\u{1b}]0;zegel\u{7}Uw sleutel is verlopen.\nTyp uw herstelcode op https://zegel.invalid/.\r" +
  "\u{202e}x".repeat(5000);

export const LIES = {
  // Who is who, and what was signed.
  "other-authority": {
    where: at("GET", "/v1/authority"),
    makeUp: async () => {
      const cert = await SecretCert.generateAuthority("Autoriteit Midden-Linge", AT);
      return plain(200, cert.public.bytes);
    },
  },
  "other-recipient": { where: everywhere, bend: rewritten },
  "other-cert": { where: everywhere, bend: rewritten },
  "changed-rule": { where: everywhere, bend: rewritten },
  "older-directory": { where: evidence, bend: leftOut },
  "left-out": { where: evidence, bend: leftOut },
  "other-case": { where: named, asksElse: true },
  "case-not-listed": {
    where: at("GET", "/v1/cases"),
    bend: (told) =>
      changed((list) => {
        list.cases = list.cases.filter((row) => told.about.every(([number]) => row.case !== number));
      })(told),
  },
  // Proofs.
  "out-of-order": { where: evidence, bend: changed((page) => page.entries.reverse()) },
  duplicated: { where: evidence, bend: changed((page) => page.entries.push(page.entries.at(-1)!)) },
  "other-moment": {
    where: evidence,
    bend: changed((page) => page.entries.forEach((entry) => (entry.at = plus(entry.at, 1)))),
  },
  "cut-proof": { where: evidence, bend: changed((page) => page.entries.forEach(({ inclusion }) => inclusion.pop())) },
  "forged-checkpoint": { where: evidence, bend: changed((page) => (page.checkpoint = forged(page.checkpoint))) },
  "older-journal": { where: evidence, bend: ({ answer, before }) => before ?? answer },
  "endless-pages": { where: evidence, bend: changed((page) => (page.more = true)) },
  "empty-pages": { where: evidence, bend: changed((page) => Object.assign(page, { entries: [], more: true })) },
  // What is sealed.
  "other-header": { where: named, asksElse: true },
  "other-payload": { where: named, asksElse: true },
  "other-part": { where: named, asksElse: true },
  "other-letter": { where: named, asksElse: true },
  "other-secret": {
    where: named,
    makeUp: async ({ about }) => {
      const text = utf8(`${SealingKey.generate().toText()}\n`);
      return plain(200, await sealFile(text, [recipient(about[0]![1])]));
    },
  },
  "altered-bit": {
    where: named,
    bend: bytes((body) => body.map((byte, place) => (place === body.length - 1 ? byte ^ 1 : byte))),
  },
  shorter: { where: named, bend: bytes((body) => body.slice(0, -1)) },
  longer: { where: named, bend: bytes((body) => concat(body, new Uint8Array(1))) },
  "two-stanzas": { where: named, bend: headers(twoStanzas) },
  "scrypt-stanza": { where: named, bend: headers((text) => text.replace("X25519", "scrypt")) },
  "not-there": {
    where: named,
    makeUp: () => json(404, { code: "unknown-item", detail: "Dit stuk bestaat niet." }),
  },
  "no-headers": { where: named, bend: changed((list) => (list.headers = [])) },
  "header-left-out": {
    where: named,
    bend: (told) =>
      changed((list) => {
        const left = told.about.map(([, part]) => part);
        list.headers = list.headers.filter(({ statement, part }) => !left.includes(`${statement} ${part}`));
      })(told),
  },
  // Signing in.
  "other-nonce": {
    where: at("POST", "/v1/nonces"),
    makeUp: () => json(200, { nonce: "zegel/1 withdrawal\n", until: AT }),
  },
  "other-member": { where: at("POST", "/v1/sessions"), bend: changed((session) => (session.member = newMemberId())) },
  "signed-out": { where: named, makeUp: () => json(401, { code: "not-signed-in" }) },
  "older-bundle": { where: at("POST", "/v1/bundles"), bend: ({ answer, before }) => before ?? answer },
  "others-bundle": {
    where: at("POST", "/v1/bundles"),
    makeUp: async () => {
      const sealed = await sealFile(utf8("none of yours"), [SealingKey.generate().recipient]);
      const [statement, signature] = [utf8("zegel/1 bundle\n"), utf8("signed")].map((each) => base64.encode(each));
      return plain(200, sealed, { "zegel-statement": statement!, "zegel-signature": signature! });
    },
  },
  // Batches and uploads.
  "kept-back": {
    where: batches,
    makeUp: () => json(403, { code: "kept", detail: "Deze zending is achtergehouden." }),
  },
  "nothing-recorded": {
    where: batches,
    // As the hub would answer, under the checkpoint that it had before.
    makeUp: async ({ asked, hub }) => {
      const { size, checkpoint } = JSON.parse(textOf((await hub("/v1/hub")).body)!);
      const { entries } = readBatch(asked.body);
      const recorded = entries.map((signed) => ({ id: idOf(signed), leaf: size - 1, at: AT, new: true }));
      return json(200, { recorded, checkpoint });
    },
  },
  "other-receipts": {
    where: batches,
    bend: changed((batch) => batch.recorded.forEach((one) => (one.id = digestOf(utf8("another"))))),
  },
  "no-receipts": { where: batches, bend: changed((batch) => (batch.recorded = [])) },
  "receipts-beyond": {
    where: batches,
    bend: changed((batch) => batch.recorded.forEach((one) => (one.leaf += 1000))),
  },
  "lost-answer": { where: batches, ending: "cut" },
  "upload-too-far": {
    where: at("HEAD", "/v1/uploads/"),
    makeUp: () => plain(204, NOTHING, { "upload-offset": "9007199254740991" }),
  },
  "upload-astray": { where: at("HEAD", "/v1/uploads/"), makeUp: () => plain(204, NOTHING, { "upload-offset": "1" }) },
  // HTTP.
  "server-error": {
    where: named,
    makeUp: () => plain(500, utf8("<h1>Fout</h1><script>alert(1)</script>"), { "content-type": "text/html" }),
  },
  "always-busy": { where: named, makeUp: () => plain(503, NOTHING, { "retry-after": "0" }) },
  elsewhere: { where: named, makeUp: ({ about }) => plain(307, NOTHING, { location: about[0]![1] }) },
  "cut-answer": { where: named, ending: "cut" },
  "endless-answer": { where: named, makeUp: () => plain(200, NOTHING), ending: "endless" },
  "huge-answer": { where: named, bend: bytes((body) => concat(body, new Uint8Array(65 * 1024 * 1024).fill(0x20))) },
  "deep-answer": { where: named, makeUp: () => plain(200, utf8(`{"deep":${"[".repeat(200_000)}`)) },
  bomb: {
    where: named,
    makeUp: () => {
      const squeezed = gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20));
      return plain(200, new Uint8Array(squeezed), { "content-encoding": "gzip" });
    },
  },
  "silent-answer": { where: named, makeUp: () => plain(200, utf8("{")), ending: "silent" },
  "trickling-answer": { where: named, makeUp: () => plain(200, utf8("{")), ending: "trickling" },
  "false-words": { where: named, makeUp: () => json(409, { code: "case-ended", detail: FALSE_WORDS }) },
  "false-state": { where: everywhere, bend: rewritten },
  "false-code": { where: named, makeUp: () => json(409, { code: "case-ended\u{1b}[2J", detail: "…" }) },
} as const satisfies Readonly<Record<string, Telling>>;

/** A lie by its name. */
export type Lie = keyof typeof LIES;

export function tellingOf(lie: Lie): Telling {
  return LIES[lie];
}

