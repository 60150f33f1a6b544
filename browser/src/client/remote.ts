// The hub, over HTTP: one function for each thing that can be asked of it.
//
// Nothing that comes back is believed here; `trust` does that. Redirects are never followed: a hub is at its own name
// only.

import { base64, hex, utf8 } from "../protocol/bytes.ts";
import { MAX_CERT } from "../protocol/cert.ts";
import { digest, NotA, type CaseNumber, type Digest, type VaultId } from "../protocol/id.ts";
import { MAX_MAIL } from "../protocol/mime.ts";
import { PayloadDigest } from "../protocol/payload.ts";
import type { Language } from "../protocol/refusal.ts";
import { Header, requireNamed } from "../protocol/seal.ts";
import type { PartName } from "../protocol/statement.ts";
import { MAX_SET } from "../protocol/vault.ts";
import type { Payload } from "../protocol/words/composed.ts";
import { batchBytes, idOf, type Batch, type Signed } from "./batch.ts";
import { ClientError } from "./error.ts";
import type { Scratch } from "./home/scratch.ts";
import { jsonBytes, list } from "./json.ts";
import * as answers from "./remote/answers.ts";
import { Exchange, segment, toPost, toRead, type Answer, type Voice } from "./remote/exchange.ts";
import { DELIVERED, type Delivered } from "./remote/letters.ts";
import { WAITS, type Patience, type Waits, type Why } from "./remote/patience.ts";
import * as transfer from "./remote/transfer.ts";
import { MOST_IN_MEMORY, type Progress } from "./remote/transfer.ts";

export type {
  CaseRow,
  Evidence,
  EvidenceEntry,
  FetchedBundle,
  HeaderRow,
  HubInfo,
  Me,
  Portal,
  RecordEntry,
  Recorded,
  RecordedBatch,
  Session,
  SessionRow,
  VaultHeaderRow,
} from "./remote/answers.ts";
export type { Progress } from "./remote/transfer.ts";
export { SILENCE, WAITS, type Waits } from "./remote/patience.ts";

/** Nobody has more cases than this. */
const MOST_CASES = 100_000;
/** No key bundle, and no vault's secret, is longer, in bytes. */
const MOST_BUNDLE = 1024 * 1024;
/** No set is longer, in bytes: a line has two digests and the longest part's name. */
const MOST_SET = MAX_SET * 152;

export interface RemoteOptions {
  readonly language: Language;
  readonly waits?: Waits;
  /** Tells the person what is waited for. */
  readonly voice?: Voice;
  readonly fetch?: typeof fetch;
}

/** A hub, and the session with it. */
export class Remote {
  readonly #hub: Exchange;

  /** The hub at an address that `requireAddress` allows. */
  constructor(
    private readonly base: URL,
    private readonly options: RemoteOptions,
  ) {
    const { language, waits = WAITS, voice, fetch: own } = options;
    const ask = own ?? ((input, init) => fetch(input, init));
    this.#hub = new Exchange({ base, language, waits, voice, fetch: ask });
  }

  /** The same hub without a session, for whoever comes next. */
  anew(language: Language): Remote {
    return new Remote(this.base, { ...this.options, language });
  }

  /** Asks for words in this language from here on. */
  speak(language: Language): void {
    this.#hub.speak(language);
  }

  /** Uses a session from here on, or none. */
  setToken(token: string | undefined): void {
    this.#hub.setToken(token);
  }

  /** Whether a session was opened; it may have ended since. */
  get hasSession(): boolean {
    return this.#hub.hasToken;
  }

  /** What each question begins with. */
  patience(): Patience {
    return this.#hub.patience();
  }

  /** Waits for another try, and tells the person so; false when it was tried often enough. */
  anotherTry(patience: Patience, why: Why): Promise<boolean> {
    return this.#hub.anotherTry(patience, why);
  }

  hub(): Promise<answers.HubInfo> {
    return this.#hub.json(toRead("v1/hub"), answers.HUB_INFO);
  }

  /** The authority's cert. */
  authority(): Promise<Uint8Array> {
    return this.#hub.bytes(toRead("v1/authority"), MAX_CERT);
  }

  /**
   * Sends a batch; tries again if the answer got lost, which is harmless. The answer is about the statements that were
   * sent, in their order.
   */
  async post(batch: Batch): Promise<answers.RecordedBatch> {
    const answer = await this.#hub
      .json(toPost("v1/statements", batchBytes(batch), true), answers.RECORDED_BATCH)
      .catch((error: unknown) => {
        const isBad = error instanceof ClientError && error.problem.kind === "bad-answer";
        throw isBad ? ClientError.badReceipt() : error;
      });
    const sent = batch.entries.map(idOf).join();
    if (sent !== answer.recorded.map(({ id }) => id).join()) throw ClientError.badReceipt();
    return answer;
  }

  nonce(): Promise<{ readonly nonce: string }> {
    return this.#hub.json({ method: "POST", path: "v1/nonces", repeatable: true }, answers.NONCE);
  }

  /** Opens a session with a signed `login`, and uses it from here on. */
  async openSession(login: Signed): Promise<answers.Session> {
    const session = await this.#hub.json(toPost("v1/sessions", jsonBytes(login), false), answers.SESSION);
    this.setToken(session.token);
    return session;
  }

  /** The member's sessions, as the hub lists them. */
  sessions(): Promise<readonly answers.SessionRow[]> {
    return this.#hub.json(toRead("v1/sessions"), list(answers.SESSION_ROW));
  }

  async endSession(session: string): Promise<void> {
    const path = `v1/sessions/${segment(session)}`;
    (await this.#hub.answer({ method: "DELETE", path, repeatable: true })).end();
  }

  me(): Promise<answers.Me> {
    return this.#hub.json(toRead("v1/me"), answers.ME);
  }

  /** A page of evidence: of the house, or of a case; what follows a leaf. */
  statements(scope: CaseNumber | undefined, after: number | undefined): Promise<answers.Evidence> {
    const from = after === undefined ? {} : { after: String(after) };
    return this.#hub.json(toRead("v1/statements", { scope: scope ?? "house", ...from }), answers.EVIDENCE);
  }

  /** All cases that the member may know of, page by page. */
  async cases(): Promise<answers.CaseRow[]> {
    const cases: answers.CaseRow[] = [];
    for (;;) {
      const last = cases.at(-1)?.leaf;
      const ask = toRead("v1/cases", last === undefined ? {} : { after: String(last) });
      const page = await this.#hub.json(ask, answers.CASES);
      // A hub that turns in circles must not keep us.
      const leaves = [last ?? -1, ...page.cases.map(({ leaf }) => leaf)];
      const goesOn = leaves.every((leaf, at) => at === 0 || leaves[at - 1]! < leaf);
      const isEndless = (page.more && page.cases.length === 0) || cases.length > MOST_CASES;
      if (!goesOn || isEndless) throw ClientError.badAnswer("cases");
      cases.push(...page.cases);
      if (!page.more) return cases;
    }
  }

  /** The headers of a part that the member can use: its own, and those of the vaults that it holds. */
  async headers(statement: Digest, part: PartName): Promise<answers.HeaderRow[]> {
    const path = `v1/statements/${statement}/parts/${part}/headers`;
    const { headers } = await this.#hub.json(toRead(path), answers.HEADERS);
    return headers.map(({ reader, header }) => ({ reader, header: Header.parse(header) }));
  }

  /** A small part's payload, whole. Refuses one that is longer than named, or not the one named. */
  async payload(statement: Digest, part: PartName, named: Payload): Promise<Uint8Array> {
    if (named.length > MOST_IN_MEMORY) throw ClientError.badAnswer("payload");
    const bytes = await this.#hub.bytes(toRead(payloadPath(statement, part)), named.length);
    requireNamed(new PayloadDigest().update(bytes).finish(), named);
    return bytes;
  }

  /**
   * Downloads a payload of any size to a file, going on where the file ends. When it returns, the file is the payload
   * that is named; one that differs is removed. `checking` is told how far the whole of it was read once more.
   */
  download(
    statement: Digest,
    part: PartName,
    named: Payload,
    to: Scratch,
    progress: Progress,
    checking: Progress = () => undefined,
  ): Promise<void> {
    return transfer.download(this.#hub, payloadPath(statement, part), named, to, { progress, checking });
  }

  /** Begins an upload of so many bytes; its id, to keep for going on after a cut. */
  beginUpload(length: number): Promise<string> {
    return transfer.beginUpload(this.#hub, length);
  }

  /**
   * Sends what the hub does not have yet of a payload. False if the hub no longer knows the upload: begin a new one.
   */
  upload(id: string, payload: Blob, progress: Progress): Promise<boolean> {
    return transfer.upload(this.#hub, id, payload, progress);
  }

  /** The age file with a vault's secret, for its holders. */
  vaultSecret(vault: VaultId): Promise<Uint8Array> {
    return this.#hub.bytes(toRead(`v1/vaults/${vault}/secret`), MOST_BUNDLE);
  }

  /** The text of what a vault's present generation took over, for its holders. Nothing of it is believed yet. */
  vaultSet(vault: VaultId): Promise<Uint8Array> {
    return this.#hub.bytes(toRead(`v1/vaults/${vault}/set`), MOST_SET);
  }

  /** Everything that a vault's present generation can open, for its holders. */
  async vaultHeaders(vault: VaultId): Promise<answers.VaultHeaderRow[]> {
    const { headers } = await this.#hub.json(toRead(`v1/vaults/${vault}/headers`), answers.VAULT_HEADERS);
    return headers.map((row) => ({ ...row, header: Header.parse(row.header) }));
  }

  /** The hub's records of an item: for its supplier, and for who runs the case. */
  records(item: Digest): Promise<answers.Records> {
    return this.#hub.json(toRead(`v1/items/${item}/records`), answers.RECORDS);
  }

  /** The portal that the hub serves, and the record of it. */
  portal(): Promise<answers.Portal> {
    return this.#hub.json(toRead("v1/portal"), answers.PORTAL);
  }

  /** The proof that the journal at one size is a past of it at another. */
  async consistency(from: number, to: number): Promise<Digest[]> {
    const ask = toRead("v1/journal/consistency", { from: String(from), to: String(to) });
    const { proof } = await this.#hub.json(ask, answers.PROOF);
    try {
      return hashes(proof);
    } catch {
      throw ClientError.badAnswer("proof");
    }
  }

  /** The whole mail of a letter to this member, as the hub has it. Nothing of it is believed yet. */
  letterMessage(letter: Digest, progress?: Progress): Promise<Uint8Array> {
    return this.#hub.bytes(toRead(`v1/letters/${letter}/message`), MAX_MAIL, progress);
  }

  /** How it went with a letter that this member sent, or of a case that it runs. */
  letterDelivery(letter: Digest): Promise<Delivered> {
    return this.#hub.json(toRead(`v1/letters/${letter}/delivery`), DELIVERED);
  }

  /** The member's newest bundle, by an id of 32 bytes that only the member knows. */
  async fetchBundle(fetchId: Uint8Array): Promise<answers.FetchedBundle> {
    const body = utf8(JSON.stringify({ fetch: hex.encode(fetchId) }));
    const answer = await this.#hub.answer(toPost("v1/bundles", body, true));
    const statement = headerBytes(answer, "zegel-statement");
    const signature = headerBytes(answer, "zegel-signature");
    return { sealed: await answer.read(MOST_BUNDLE), statement, signature };
  }
}

function payloadPath(statement: Digest, part: PartName): string {
  return `v1/statements/${statement}/parts/${part}/payload`;
}

function headerBytes(answer: Answer, name: string): Uint8Array {
  try {
    return base64.decode(answer.header(name) ?? "-");
  } catch {
    answer.end();
    throw ClientError.badAnswer(name);
  }
}

/** Hashes as they travel: 64 hexadecimal digits each. Throws NotA. */
export function hashes(texts: readonly string[]): Digest[] {
  return texts.map((text) => digest(`sha256:${text}`));
}

/** Thirty-two bytes as they travel: 64 hexadecimal digits. Throws NotA. */
export function thirtyTwo(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new NotA("64 hexadecimal digits");
  return hex.decode(text);
}
