// What stands in a statement for what is not made yet: rules are asked before anything is sealed or wrapped.

import { digest, mac, type Digest } from "../protocol/id.ts";
import type { Payload } from "../protocol/words/composed.ts";

/** The digest of something that is not made yet. */
export const NOTHING: Digest = digest(`sha256:${"0".repeat(64)}`);

/** A sealed part that is not sealed yet. */
export const NO_PAYLOAD: Payload = {
  digest: NOTHING,
  length: 32,
  commitment: mac(`hmac-sha256:${"0".repeat(64)}`),
};
