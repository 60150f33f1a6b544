// The example house: its authority's secret key lies open in `keys.example/`, so whoever pins it trusts everyone. That is
// fine for a demo on one machine, and nowhere else.

import type { Fingerprint } from "./cert.ts";
import type { HubName } from "./id.ts";

/** The authority of `keys.example/authority.asc`. */
const AUTHORITY = "bcf4368d88dc78c64628a745c683cfd115c6cbe8";
/** The one name a hub of the example house may have: it leads to no other machine. */
const HUB = "localhost";

/** Whether a hub of this name can be the example house's: whoever steps in there is nobody. */
export function isExample(hub: string): boolean {
  return hub === HUB;
}

/** Whether this is the example house's authority, pinned by a hub that others can reach. */
export function isOutOfPlace(authority: Fingerprint, hub: HubName): boolean {
  return authority === AUTHORITY && hub !== HUB;
}
