// Signing in: a `login` statement over the hub's single-use number opens a session for reading.
//
// The token goes with each question in a header and stays in memory: what runs in another tab, or comes from another
// page, can't have it sent along as it could a cookie, and nothing on disk tells it. Who stole it reads what is sealed,
// and who may see what, until it ends; but can sign nothing, nor open anything.

import { NotA } from "../protocol/id.ts";
import { nonce as readNonce } from "../protocol/words.ts";
import { NOTHING_SEEN, type Seen } from "../protocol/words/composed.ts";
import { ClientError, isCode, isPassing } from "./error.ts";
import { SILENCE, type Session } from "./remote.ts";
import type { Pair } from "./secret.ts";
import { Draft } from "./sign.ts";
import type { Desk } from "./trust.ts";

/**
 * Opens a new session. Tries the key that was in force last, then the others, newest first: a new one counts from the
 * day that the house vouches for it, which the hub knows before we do.
 */
export async function signIn(desk: Desk): Promise<Session> {
  const { home, remote } = desk;
  remote.setToken(undefined);
  const remembered = await home.remembered();
  const seen = remembered === undefined ? NOTHING_SEEN : { size: remembered.size, root: remembered.root };
  const isLast = ({ key }: Pair): boolean => key === remembered?.key;
  const newest = [...home.bundle.keys].reverse();
  let refused: unknown = new ClientError({ kind: "signed-out" });
  for (const pair of [...newest.filter(isLast), ...newest.filter((pair) => !isLast(pair))]) {
    try {
      return await signInWith(desk, pair, seen);
    } catch (error) {
      if (!isCode(error, "bad-signature")) throw error;
      refused = error;
    }
  }
  throw refused;
}

async function signInWith({ home, remote, clock }: Desk, pair: Pair, seen: Seen): Promise<Session> {
  const { hub, member } = home.settings;
  const patience = remote.patience();
  for (;;) {
    const offered = await remote.nonce();
    const draft = Draft.of(hub, seen, member, clock.now());
    // Of all that a hub could have us sign, only this can't mean anything else.
    draft.push({ kind: "login", nonce: read(offered.nonce) });
    const [login] = (await draft.sign(pair.cert)).entries;
    try {
      const session = await remote.openSession(login!);
      if (session.member === member) return session;
    } catch (error) {
      // Whether that number was used nobody can say: again with another one.
      if (!isPassing(error) || !(await remote.anotherTry(patience, SILENCE))) throw error;
      continue;
    }
    remote.setToken(undefined);
    throw ClientError.badAnswer("member");
  }
}

function read(text: string): ReturnType<typeof readNonce> {
  try {
    return readNonce(text);
  } catch (error) {
    throw error instanceof NotA ? ClientError.badAnswer("nonce") : error;
  }
}

/** Ends this session at the hub, as far as it answers, and forgets it here in any case. */
export async function signOut({ remote }: Desk): Promise<void> {
  try {
    const own = (await remote.sessions()).find((session) => session.this);
    if (own !== undefined) await remote.endSession(own.session);
  } catch {
    // It ends by itself.
  } finally {
    remote.setToken(undefined);
  }
}
