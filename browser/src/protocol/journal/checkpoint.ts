// Checkpoints: the size and root of the journal, signed by the hub's journal key as a C2SP tlog-checkpoint in a C2SP
// signed-note.
//
//   zvh-ml.example/zegel
//   1841
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//
//   — zvh-ml.example/zegel Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

import { ed25519 } from "@noble/curves/ed25519.js";

import { base64, concat, equal, hex, utf8 } from "../bytes.ts";
import { verify } from "../cert/ed25519.ts";
import { bytesOf, type Digest, digestFrom, digestOf, type HubName, hubName, NotA } from "../id.ts";
import { MAX_SIZE } from "./tree.ts";

/** The largest note that is read, in bytes: a checkpoint and room for partners' cosignatures. */
export const MAX_NOTE = 16 * 1024;
/** The most signatures that a note may have. */
const MAX_SIGNATURES = 64;
/** The signed-note kind of plain Ed25519 signatures. */
const ED25519_KIND = 0x01;
/** The bytes of a key's id. */
const ID = 4;
/** What follows the hub's name in the journal's origin and key name. */
const ORIGIN = "/zegel";

/** The journal at one size. */
export interface Checkpoint {
  readonly hub: HubName;
  readonly size: number;
  readonly root: Digest;
}

/** The text of a checkpoint, which is signed. */
export function checkpointText({ hub, size, root }: Checkpoint): string {
  return `${hub}${ORIGIN}\n${size}\n${base64.encode(bytesOf(root))}\n`;
}

const PROBLEMS = {
  "too-large": "the checkpoint is too large",
  "not-note": "the checkpoint is not a signed note",
  "signature-line": "a signature line of the checkpoint is malformed",
  "not-signed": "the checkpoint is not signed with the journal's key",
  "signed-twice": "the checkpoint is signed twice with the journal's key",
  "wrong-signature": "the checkpoint's signature is wrong",
  "wrong-origin": "the checkpoint is another journal's",
  size: "the checkpoint's size is not a plain number",
  root: "the checkpoint's root is not 32 bytes in base64",
  lines: "the checkpoint has other than three lines",
} as const;

/** A short name, as the test vectors use it; found in this order. */
export type BadCheckpointCode = keyof typeof PROBLEMS;

/** Why a note is no checkpoint of this journal. */
export class BadCheckpoint extends Error {
  override readonly name = "BadCheckpoint";
  constructor(readonly code: BadCheckpointCode) {
    super(PROBLEMS[code]);
  }
}

/** The journal's public key, shown as a signed-note verifier key: `NAME+HASH+BASE64`. */
export class JournalPublicKey {
  private constructor(
    /** The hub whose journal it is. */
    readonly hub: HubName,
    private readonly key: Uint8Array,
  ) {}

  /** Reads a verifier key in its one spelling. Throws NotA. */
  static parse(text: string): JournalPublicKey {
    const { hub, bytes } = keyed(text);
    const key = hub === undefined ? undefined : new JournalPublicKey(hub, bytes);
    // The hash is checked here too, and the kind of the key.
    if (key?.toText() === text) return key;
    throw new NotA("a journal key (HUB/zegel+HASH+BASE64)");
  }

  /** The key with these 32 bytes. */
  static of(hub: HubName, key: Uint8Array): JournalPublicKey {
    if (key.length !== 32) throw new NotA("an Ed25519 key (32 bytes)");
    return new JournalPublicKey(hub, key);
  }

  toText(): string {
    return keyText(this.name, this.id, this.key);
  }

  /** What signature lines call it. */
  get name(): string {
    return this.hub + ORIGIN;
  }

  /** Four bytes that tell keys of one name apart. */
  get id(): Uint8Array {
    const named = concat(utf8(`${this.name}\n`), new Uint8Array([ED25519_KIND]), this.key);
    return bytesOf(digestOf(named)).subarray(0, ID);
  }

  /**
   * Reads a checkpoint that this key signed; throws a BadCheckpoint. Other well-formed signatures, such as
   * cosignatures, are passed over.
   */
  async open(note: string): Promise<Checkpoint> {
    if (utf8(note).length > MAX_NOTE) throw new BadCheckpoint("too-large");
    const { text, signatures } = readNote(note);
    const isOurs = ({ name, bytes }: NoteSignature): boolean =>
      name === this.name && equal(bytes.subarray(0, ID), this.id);
    const [ours, another] = signatures.filter(isOurs);
    if (ours === undefined) throw new BadCheckpoint("not-signed");
    if (another !== undefined) throw new BadCheckpoint("signed-twice");
    const signature = ours.bytes.subarray(ID);
    if (!(await verify(this.key, signature, utf8(text)))) throw new BadCheckpoint("wrong-signature");
    return this.read(text);
  }

  private read(text: string): Checkpoint {
    const [origin, size = "", base64Root, ...more] = text.slice(0, -1).split("\n");
    if (origin !== this.name) throw new BadCheckpoint("wrong-origin");
    const isPlain = /^(0|[1-9]\d{0,15})$/.test(size) && Number(size) <= MAX_SIZE;
    if (!isPlain) throw new BadCheckpoint("size");
    const root = base64Root === undefined ? undefined : decoded(base64Root);
    if (root?.length !== 32) throw new BadCheckpoint("root");
    if (more.length > 0) throw new BadCheckpoint("lines");
    return { hub: this.hub, size: Number(size), root: digestFrom(root) };
  }
}

/** The journal's secret key. It is never shown but by `toText`. */
export class JournalKey {
  readonly public: JournalPublicKey;
  readonly #seed: Uint8Array;

  private constructor(hub: HubName, seed: Uint8Array) {
    this.#seed = seed;
    this.public = JournalPublicKey.of(hub, ed25519.getPublicKey(seed));
  }

  /** A new key for a hub's journal. */
  static generate(hub: HubName): JournalKey {
    return new JournalKey(hub, crypto.getRandomValues(new Uint8Array(32)));
  }

  /** Reads what `toText` wrote. Throws NotA. */
  static parse(text: string): JournalKey {
    const { hub, bytes } = keyed(text.startsWith(SECRET) ? text.slice(SECRET.length) : "");
    const key = hub === undefined ? undefined : new JournalKey(hub, bytes);
    if (key?.toText() === text) return key;
    throw new NotA("a journal's secret key (PRIVATE+KEY+HUB/zegel+HASH+BASE64)");
  }

  /** The secret as the one line `PRIVATE+KEY+NAME+HASH+BASE64`, as other programs for signed notes keep it. */
  toText(): string {
    return SECRET + keyText(this.public.name, this.public.id, this.#seed);
  }

  /** Signs the journal at a size: the whole note. The same input gives the same bytes. */
  sign(size: number, root: Digest): string {
    const text = checkpointText({ hub: this.public.hub, size, root });
    const signature = concat(this.public.id, ed25519.sign(utf8(text), this.#seed));
    return `${text}\n— ${this.public.name} ${base64.encode(signature)}\n`;
  }
}

/** What stands before a secret key's name. */
const SECRET = "PRIVATE+KEY+";

/** A key as text: its name, its id, and behind its kind the bytes of it. */
function keyText(name: string, id: Uint8Array, bytes: Uint8Array): string {
  const key = concat(new Uint8Array([ED25519_KIND]), bytes);
  return `${name}+${hex.encode(id)}+${base64.encode(key)}`;
}

/** The hub and the bytes of a key's text, in whatever spelling: whoever asks writes it again and compares. */
function keyed(text: string): { hub: HubName; bytes: Uint8Array } | { hub: undefined; bytes: undefined } {
  const [, hub, base64Key] = /^(.*)\/zegel\+[0-9a-f]{8}\+(.+)$/.exec(text) ?? [];
  const bytes = base64Key === undefined ? undefined : decoded(base64Key);
  if (hub === undefined || bytes?.length !== 33) return { hub: undefined, bytes: undefined };
  return { hub: hubName(hub), bytes: bytes.subarray(1) };
}

/** Who signed a note, and with what: four bytes of the key's id, and the signature. */
interface NoteSignature {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Parts a note after its last empty line. */
function readNote(note: string): { text: string; signatures: NoteSignature[] } {
  if (/[\0-\x09\x0b-\x1f\x7f]/.test(note)) throw new BadCheckpoint("not-note");
  const middle = note.lastIndexOf("\n\n");
  const behind = note.slice(middle + 2);
  if (middle < 0 || !behind.endsWith("\n")) throw new BadCheckpoint("not-note");
  const lines = behind.slice(0, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new BadCheckpoint("too-large");
  return { text: note.slice(0, middle + 1), signatures: lines.map(signatureLine) };
}

/** `— NAME BASE64`: at least the key's id and something more. */
function signatureLine(line: string): NoteSignature {
  const [, name, text = ""] = /^— ([^ ]*) (.*)$/u.exec(line) ?? [];
  const bytes = decoded(text);
  const isNamed = name !== undefined && name !== "" && !/[\p{White_Space}+]/u.test(name);
  if (!isNamed || bytes === undefined || bytes.length <= ID) throw new BadCheckpoint("signature-line");
  return { name, bytes };
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return base64.decode(text);
  } catch {
    return undefined;
  }
}
