// Someone, as people call them.

import { lastKnown } from "../client/trust.ts";
import type { House } from "../protocol/directory.ts";
import type { MemberId } from "../protocol/id.ts";

export interface Named {
  readonly name: string;
  readonly partner: string;
}

/** Somebody's name and partner, also of who has left. */
export function named(house: House, member: MemberId): Named {
  const known = lastKnown(house, member);
  return { name: known?.name ?? member, partner: known === undefined ? "" : house.partnerName(known.partner) };
}
