// Drafts: statements that belong together, with what they carry, signed at one moment.

import { equal } from "../protocol/bytes.ts";
import { signStatement, type SecretCert } from "../protocol/cert.ts";
import { digestOf, type Digest, type HubName, type Moment } from "../protocol/id.ts";
import { sealSmall, type Header } from "../protocol/seal.ts";
import { Statement, type Body } from "../protocol/statement.ts";
import type { VaultState } from "../protocol/vault.ts";
import type { Payload, Seen, Signer, VaultGrant } from "../protocol/words/composed.ts";
import type { Batch, Signed } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { World } from "./trust.ts";

/** What things are called: items and notes by what the statement names them by. */
export type Called = ReadonlyMap<Digest, string>;

/** Statements to be signed and sent as one batch. Each has its id at once, so that the next can name it. */
export class Draft {
  readonly #statements: Statement[] = [];
  readonly #attachments = new Map<Digest, Uint8Array>();
  readonly #called = new Map<Digest, string>();

  private constructor(
    private readonly hub: HubName,
    private readonly seen: Seen,
    private readonly by: Signer,
    /** When its statements are signed. */
    readonly signedAt: Moment,
  ) {}

  /** A draft of the member, now. It must be sent within five minutes: begin it after the uploads. */
  static by(world: World, clock: Clock): Draft {
    return Draft.of(world.house.hub, world.seen, world.me, clock.now());
  }

  /** A draft of any signer. */
  static of(hub: HubName, seen: Seen, by: Signer, at: Moment): Draft {
    return new Draft(hub, seen, by, at);
  }

  /** What will be signed, in order. */
  get statements(): readonly Statement[] {
    return this.#statements;
  }

  /** What things are called. */
  get called(): Called {
    return this.#called;
  }

  /** Gives something that its statements name a name, for the eye of who signs them. Not sent anywhere. */
  call(id: Digest, name: string): void {
    this.#called.set(id, name);
  }

  /** Adds a statement; its id. */
  push(body: Body): Digest {
    const { hub, seen: journal, by, signedAt } = this;
    const statement = new Statement({ hub, journal, body, by, signedAt });
    this.#statements.push(statement);
    return statement.id();
  }

  /** Seals a small part to vaults in their present generation, and attaches payload and headers. */
  seal(plaintext: Uint8Array, vaults: readonly VaultState[]): { payload: Payload; grants: VaultGrant[] } {
    const { part, headers, fileKey } = sealSmall(plaintext, vaults.map((vault) => vault.recipient));
    fileKey.wipe();
    this.attach(part.payload);
    return { payload: part.name, grants: vaults.map((vault, at) => this.grant(headers[at]!, vault)) };
  }

  /** Attaches a header for a vault, and names it as a grant. */
  grant(header: Header, { vault, generation }: VaultState): VaultGrant {
    return { vault, generation, header: this.header(header) };
  }

  /** Attaches bytes, once; their SHA-256 digest. */
  attach(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.#attachments.set(digest, bytes);
    return digest;
  }

  /** Attaches a header; its digest. */
  header(header: Header): Digest {
    return this.attach(header.toBytes());
  }

  /** Signs all of it. */
  async sign(cert: SecretCert): Promise<Batch> {
    const entries: Signed[] = [];
    for (const statement of this.#statements) entries.push(await signed(statement, cert));
    return { entries, attachments: [...this.#attachments.values()] };
  }
}

async function signed(statement: Statement, cert: SecretCert): Promise<Signed> {
  const bytes = statement.toBytes();
  // What we would not read we don't sign.
  if (!equal(Statement.parse(bytes).toBytes(), bytes)) throw new TypeError("a statement that reads otherwise");
  const signature = await signStatement(cert, statement.body.kind, bytes, statement.signedAt);
  return { statement: statement.toText(), signature };
}
