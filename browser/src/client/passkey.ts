// Passkeys: one touch gives the id by which the bundle is fetched, and what opens it.
//
// The id is the passkey's user handle, random and of this one passkey, so nothing about it is kept in the browser, and
// a passkey that travels to another device works there. The hub is no party to it: it never sees a credential.

import { type HubName } from "../protocol/id.ts";
import { passkeySecret, PRF_SALT } from "../protocol/passkey.ts";

export type NoPasskeyCode = "passkey-none" | "passkey-declined" | "passkey-no-prf" | "passkey-failed";

/** Why there is nothing from a passkey. */
export class NoPasskey extends Error {
  override readonly name = "NoPasskey";
  constructor(readonly code: NoPasskeyCode) {
    super(code);
  }
}

/** What a passkey gives when it is touched. */
export interface Touched {
  /** The id by which the bundle is fetched, 32 bytes. */
  readonly fetchId: Uint8Array;
  /** Of the age identity that opens the bundle, 32 bytes. */
  readonly secret: Uint8Array;
}

/** Whether this browser has passkeys at all; whether one of them has PRF shows only when it is made. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && navigator.credentials !== undefined;
}

/** How a new passkey is called where the device lists it. */
export interface PasskeyName {
  /** The mail address, which tells two memberships of one person apart. */
  readonly name: string;
  readonly displayName: string;
}

/**
 * Makes a passkey for this hub, and touches it. The device may ask twice: some give the PRF output only when a passkey
 * is used, not when it is made. Throws NoPasskey.
 */
export async function makePasskey(hub: HubName, name: PasskeyName): Promise<Touched> {
  const fetchId = crypto.getRandomValues(new Uint8Array(32));
  const credential = await asked(() => navigator.credentials.create({ publicKey: creation(hub, name, fetchId) }));
  const made = credential.getClientExtensionResults().prf;
  const output = bytesOf(made?.results?.first);
  if (output) return { fetchId, secret: taken(output) };
  if (made?.enabled !== true) {
    await disown(hub, credential.id);
    throw new NoPasskey("passkey-no-prf");
  }
  return touchPasskey(hub, credential.rawId);
}

/** What browsers of late have to tell the device that a passkey is of no use. */
interface Signals {
  signalUnknownCredential?(what: { rpId: string; credentialId: string }): Promise<void>;
}

/** Has the device forget a passkey that opens nothing, where it can: who sees it listed would try it. */
async function disown(hub: HubName, credentialId: string): Promise<void> {
  const signals = PublicKeyCredential as unknown as Signals;
  // It is of no harm if it stays.
  await signals.signalUnknownCredential?.({ rpId: hub, credentialId }).catch(() => undefined);
}

/** Lets the person choose a passkey of this hub, and touches it: one given, or whichever there is. Throws NoPasskey. */
export async function touchPasskey(hub: HubName, credentialId?: BufferSource): Promise<Touched> {
  const credential = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        rpId: hub,
        challenge: challenge(),
        userVerification: "required",
        allowCredentials: credentialId ? [{ type: "public-key", id: credentialId }] : [],
        extensions: { prf: { eval: { first: salt() } } },
      },
    }),
  );
  const { userHandle } = credential.response as AuthenticatorAssertionResponse;
  const output = bytesOf(credential.getClientExtensionResults().prf?.results?.first);
  if (!output) throw new NoPasskey("passkey-no-prf");
  const secret = taken(output);
  if (userHandle?.byteLength !== 32) throw new NoPasskey("passkey-failed");
  return { fetchId: new Uint8Array(userHandle), secret };
}

function creation(hub: HubName, name: PasskeyName, id: Uint8Array): PublicKeyCredentialCreationOptions {
  return {
    rp: { id: hub, name: "Zegel" },
    user: { id: id.slice(), ...name },
    challenge: challenge(),
    // Its signature is never looked at: any of those that devices have.
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
    extensions: { prf: { eval: { first: salt() } } },
  };
}

/** Nobody verifies it; WebAuthn wants one. */
function challenge(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

function salt(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(PRF_SALT);
}

function bytesOf(output: BufferSource | undefined): Uint8Array | undefined {
  if (output === undefined) return undefined;
  if (output instanceof ArrayBuffer) return new Uint8Array(output);
  const { buffer, byteOffset, byteLength } = output as ArrayBufferView<ArrayBuffer>;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The secret; what it was made of is overwritten. */
function taken(output: Uint8Array): Uint8Array {
  const secret = passkeySecret(output);
  output.fill(0);
  return secret;
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!hasPasskeys()) throw new NoPasskey("passkey-none");
  let credential: Credential | null;
  try {
    credential = await ask();
  } catch (error) {
    // Who waits too long, says no, or has none gets the same answer from the browser.
    const declined = error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);
    throw new NoPasskey(declined ? "passkey-declined" : "passkey-failed");
  }
  if (!(credential instanceof PublicKeyCredential)) throw new NoPasskey("passkey-failed");
  return credential;
}
