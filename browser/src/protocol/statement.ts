// Statements: the only way to change anything. One small text, signed as it stands.
//
// `statement/kinds.ts` lists the kinds with their fields, and `statement/parts.ts` says what each carries along: sealed
// parts, headers and other attachments. What a kind is allowed to do stands in `history.ts`.

import { utf8 } from "./bytes.ts";
import { digestOf, hubName, moment, type Digest, type HubName, type MemberId, type Moment } from "./id.ts";
import { asText, BadStatement, Lines, one } from "./lines.ts";
import { bodyLines, kindOf, readBody, type Body } from "./statement/kinds.ts";
import { contradictionIn } from "./statement/together.ts";
import { Seen, signer, type Signer } from "./words/composed.ts";

export * from "./statement/kinds.ts";
export * from "./statement/parts.ts";
export { REPLY_PART } from "./statement/together.ts";

const HUB = one("hub", asText(hubName));
const JOURNAL = one("journal", Seen);
const BY = one("by", asText(signer));
const SIGNED_AT = one("signed-at", asText(moment));

/** What stands in a statement. */
interface Said {
  /** The hub that it is for; any other refuses it. */
  readonly hub: HubName;
  /** The last checkpoint that the signer saw. */
  readonly journal: Seen;
  readonly body: Body;
  readonly by: Signer;
  /** Also the creation time of its signature. */
  readonly signedAt: Moment;
}

/** One signed text, read. Its id is the SHA-256 digest of its bytes. */
export class Statement implements Said {
  readonly hub: HubName;
  readonly journal: Seen;
  readonly body: Body;
  readonly by: Signer;
  readonly signedAt: Moment;

  constructor(said: Said) {
    this.hub = said.hub;
    this.journal = said.journal;
    this.body = said.body;
    this.by = said.by;
    this.signedAt = said.signedAt;
  }

  /** Reads the exact bytes of a statement. Throws BadStatement for anything that `toText` would not write. */
  static parse(bytes: Uint8Array): Statement {
    const lines = Lines.of(bytes);
    const kind = kindOf(lines.kind());
    const statement = new Statement({
      hub: HUB.read(lines),
      journal: JOURNAL.read(lines),
      body: readBody(kind, lines),
      by: BY.read(lines),
      signedAt: SIGNED_AT.read(lines),
    });
    lines.end();
    const problem = contradictionIn(statement.body);
    if (problem === undefined) return statement;
    throw new BadStatement("contradiction", `its fields contradict each other: ${problem}`);
  }

  /** The text that is signed. */
  toText(): string {
    const lines = [
      `zegel/1 ${this.body.kind}`,
      ...HUB.write(this.hub),
      ...JOURNAL.write(this.journal),
      ...bodyLines(this.body),
      ...BY.write(this.by),
      ...SIGNED_AT.write(this.signedAt),
    ];
    return lines.map((line) => `${line}\n`).join("");
  }

  /** The bytes that are signed. */
  toBytes(): Uint8Array {
    return utf8(this.toText());
  }

  /** The digest that other statements know it by. */
  id(): Digest {
    return digestOf(this.toBytes());
  }

  /** The member who signs, if it is one. */
  member(): MemberId | undefined {
    return this.by === "authority" || this.by === "hub" ? undefined : this.by;
  }
}
