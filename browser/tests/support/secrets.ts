// Every secret of somebody, as what may be found nowhere: as the bytes that it is, and as people and programs write it.

import { bech32 } from "@scure/base";
import type { BrowserContext } from "playwright-core";

import type { Work } from "../../src/client/context.ts";
import { Keyring } from "../../src/client/grant.ts";
import type { KeyBundle } from "../../src/client/secret.ts";
import { Key } from "../../src/protocol/cert/key.ts";
import * as packets from "../../src/protocol/cert/packets.ts";
import type { CaseNumber } from "../../src/protocol/id.ts";
import { passkeySecret } from "../../src/protocol/passkey.ts";
import { RecoveryCode, SlipCode } from "../../src/protocol/recovery.ts";
import { SealingKey } from "../../src/protocol/seal.ts";
import { partsOf } from "../../src/protocol/statement.ts";
import type { Canaries } from "./tap.ts";

/** How many bytes a line of armor holds. */
const IN_LINE = 48;

/** All keys in somebody's bundle. */
export function ofBundle(who: string, { keys }: Pick<KeyBundle, "keys">): Canaries {
  const all = keys.map(({ sealing, cert }, at): Canaries => {
    const name = `${who}'s ${at + 1}.`;
    const bytes = cert.toBytes();
    const [one, other] = scalars(bytes);
    if (one === undefined || other === undefined) throw new Error(`${who} signs with one and opens with another`);
    return {
      ...ofSealingKey(`${name} age key`, sealing),
      ...eitherWay(`${name} OpenPGP secret that signs`, one),
      ...eitherWay(`${name} OpenPGP secret that opens`, other),
      ...armorLines(`${name} OpenPGP key in armor`, bytes, [one, other]),
    };
  });
  return Object.assign({}, ...all) as Canaries;
}

/** An age identity: its 32 bytes, and its text. */
export function ofSealingKey(name: string, key: SealingKey): Canaries {
  const text = key.toText();
  const { words } = bech32.decode(text.toLowerCase() as `${string}1${string}`, 1000);
  return {
    [name]: bech32.fromWords(words),
    [`${name} as text`]: text,
    [`${name} as small text`]: text.toLowerCase(),
  };
}

/** What somebody wrote down, and what is made of it. */
export function ofRecoveryCode(who: string, text: string): Canaries {
  const code = RecoveryCode.parse(text);
  const key = ofSealingKey(`${who}'s age key by recovery code`, code.identity);
  return { ...written(`${who}'s recovery code`, text), ...key };
}

/** The code of a paper slip; of what is made of it the hub gets the ticket, and not the secret. */
export function ofSlip(who: string, text: string): Canaries {
  const code = /(?:[0-9A-Z]{4}-){8}[0-9A-Z*~$=]/.exec(text)![0];
  return { ...written(`${who}'s slip`, code), [`${who}'s slip's secret`]: SlipCode.parse(code).secret.bytes };
}

/** What a passkey answered, and the age identity that is made of it. */
export function ofTouch(who: string, output: Uint8Array): Canaries {
  const key = SealingKey.fromBytes(passkeySecret(output));
  return { [`${who}'s PRF output`]: output, ...ofSealingKey(`${who}'s age key by passkey`, key) };
}

/** The keys of every part of a case that somebody opens, by a vault or by what was released; 16 bytes each. */
export async function ofFiles(who: string, work: Work, number: CaseNumber): Promise<Canaries> {
  const { world, remote, secrets, home } = work;
  await world.loadCase(number);
  const keyring = new Keyring(remote, secrets, home);
  const keys: Record<string, Uint8Array> = {};
  for (const { id, statement } of world.statementsOf(number)) {
    for (const { name } of partsOf(statement.body)) {
      for (const through of ["vault", "member"] as const) {
        const key = await keyring.fileKey(world, id, name, through).catch(() => undefined);
        if (key !== undefined) keys[`${who}'s key to the ${name} of ${statement.body.kind} ${id}`] = key.bytes;
      }
    }
  }
  return keys;
}

/** Whatever the passkeys in a browser will answer, as the page gets it. */
export async function hearTouches(context: BrowserContext): Promise<readonly Uint8Array[]> {
  const outputs: Uint8Array[] = [];
  await context.exposeFunction("heardTouch", (output: number[]) => void outputs.push(Uint8Array.from(output)));
  await context.addInitScript(() => {
    const heard = (globalThis as unknown as { heardTouch?: (output: number[]) => void }).heardTouch;
    // Not in every frame.
    if (typeof PublicKeyCredential !== "function") return;
    const { prototype } = PublicKeyCredential;
    const results = prototype.getClientExtensionResults;
    prototype.getClientExtensionResults = function () {
      const all = results.call(this);
      const first = all.prf?.results?.first;
      if (first instanceof ArrayBuffer) heard?.([...new Uint8Array(first)]);
      return all;
    };
  });
  return outputs;
}

function written(name: string, code: string): Canaries {
  const short = code.replaceAll("-", "");
  return {
    [name]: code,
    [`${name}, in small letters`]: code.toLowerCase(),
    [`${name} without dashes`]: short,
    [`${name} without dashes, in small letters`]: short.toLowerCase(),
  };
}

/** The secret number of each key in an unlocked secret cert. */
function scalars(cert: Uint8Array): Uint8Array[] {
  const secret = packets.all(cert)!.filter(({ tag }) => tag === packets.SECRET_KEY || tag === packets.SECRET_SUBKEY);
  // Behind the public part: that it is unlocked (1 byte), how many bits (2), the number, and a sum (2).
  return secret.map(({ body }) => Key.first(body)!.rest.slice(3, -2));
}

/** OpenPGP writes the number that opens the other way round than others do. */
function eitherWay(name: string, number: Uint8Array): Canaries {
  return { [name]: number, [`${name}, backwards`]: number.slice().reverse() };
}

/** The lines of armor that hold half of a secret number, or more. What else stands there anybody may see. */
function armorLines(name: string, cert: Uint8Array, numbers: readonly Uint8Array[]): Canaries {
  const lines: Record<string, Buffer> = {};
  for (const number of numbers) {
    const begins = Buffer.from(cert).indexOf(number);
    for (const line of [Math.floor(begins / IN_LINE), Math.floor(begins / IN_LINE) + 1]) {
      const [from, to] = [line * IN_LINE, (line + 1) * IN_LINE];
      const within = Math.min(begins + number.length, to) - Math.max(begins, from);
      if (within < number.length / 2) continue;
      lines[`${name}, line ${line + 1}`] = Buffer.from(Buffer.from(cert.subarray(from, to)).toString("base64"));
    }
  }
  return lines;
}
