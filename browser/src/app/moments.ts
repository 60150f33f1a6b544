// Moments as people choose them: a day and a time on the house's own clock, whatever the device's clock says.

import { ahead } from "./days.ts";

const SHAPE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** `2026-12-01T09:00`, as a date field has it: `2026-12-01T08:00:00Z`. Nothing if it is no day and time. */
export function momentAt(local: string): string | undefined {
  if (!SHAPE.test(local)) return undefined;
  const shown = Date.parse(`${local}:00Z`);
  if (Number.isNaN(shown)) return undefined;
  // Twice: near a change of the clocks the first guess is an hour off.
  const at = shown - ahead(shown - ahead(shown));
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The same the other way round, for a date field to begin with. */
export function localAt(moment: string): string {
  const at = Date.parse(moment);
  return new Date(at + ahead(at)).toISOString().slice(0, "2026-12-01T09:00".length);
}

/** A day before a moment on the house's clock; the moment itself where that is over. */
export function dayBefore(local: string): string {
  const before = new Date(Date.parse(`${local}:00Z`) - 24 * 60 * 60 * 1000).toISOString().slice(0, local.length);
  const at = momentAt(before);
  return at !== undefined && Date.parse(at) > Date.now() ? before : local;
}
