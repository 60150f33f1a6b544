// Days as people choose them, in the house's own time.

import { ZONE } from "../protocol/zone.ts";

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** How far the house's clock is ahead of UTC at a moment, in milliseconds. */
export function ahead(at: number): number {
  const parts = new Map(PARTS.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const shown = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return shown - Math.floor(at / 1000) * 1000;
}

/** When a day (`2026-12-01`) begins in the house: `2026-11-30T23:00:00Z`. The clocks never change at midnight. */
export function dayBegins(day: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return new Date(midnight - ahead(midnight - ahead(midnight))).toISOString().replace(/\.\d+Z$/, "Z");
}

/** When a day is over: the beginning of the next. */
export function dayEnds(day: string): string {
  const next = new Date(Date.parse(`${day}T12:00:00Z`) + 24 * 60 * 60 * 1000);
  return dayBegins(next.toISOString().slice(0, 10));
}

/** The day so many days from now. */
export function dayFromNow(days: number): string {
  const at = Date.now() + days * 24 * 60 * 60 * 1000;
  return new Date(at + ahead(at)).toISOString().slice(0, 10);
}
