// Dates and sizes as people write them, in the house's own time.

import { ZONE } from "../protocol/zone.ts";
import type { Language } from "./language.ts";

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language === "nl" ? "nl-NL" : "en-GB", { timeZone: ZONE, ...options });
}

/** `dinsdag 1 december 2026 om 09:00`. */
export function momentText(moment: string, language: Language): string {
  return format(language, { dateStyle: "full", timeStyle: "short" }).format(new Date(moment));
}

/** `1 dec 2026, 09:00`. */
export function shortMoment(moment: string, language: Language): string {
  return format(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}

/** `1 december 2026`. */
export function dayText(day: string, language: Language): string {
  return format(language, { dateStyle: "long" }).format(new Date(`${day}T12:00:00Z`));
}

/** How long is left until a moment, rounded down; nothing when it is over. */
export type Left = { readonly unit: "days" | "hours" | "minutes"; readonly count: number };

export function leftUntil(moment: string, now = Date.now()): Left | undefined {
  const minutes = Math.floor((Date.parse(moment) - now) / 60_000);
  if (minutes < 0) return undefined;
  if (minutes < 60) return { unit: "minutes", count: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? { unit: "hours", count: hours } : { unit: "days", count: Math.floor(hours / 24) };
}

/** `1,2 MB`. */
export function sizeText(bytes: number, language: Language): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit + 1 < units.length) [value, unit] = [value / 1000, unit + 1];
  const digits = new Intl.NumberFormat(language === "nl" ? "nl-NL" : "en-GB", { maximumFractionDigits: unit === 0 ? 0 : 1 });
  return `${digits.format(value)} ${units[unit]}`;
}
