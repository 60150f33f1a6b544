// The time, from one place: so that a test can set it.

import { momentOf, type Moment } from "../protocol/id.ts";

/** Says what time it is. */
export interface Clock {
  now(): Moment;
}

/** This machine's own clock. */
export const SYSTEM_CLOCK: Clock = { now: () => momentOf(Date.now() / 1000) };
