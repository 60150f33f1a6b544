// Dates and sizes as people write them, in the house's own time.

import type { Language } from "./language.ts";

const ZONE = "Europe/Amsterdam";

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

/** `1,2 MB`. */
export function sizeText(bytes: number, language: Language): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit + 1 < units.length) [value, unit] = [value / 1000, unit + 1];
  const digits = new Intl.NumberFormat(language === "nl" ? "nl-NL" : "en-GB", { maximumFractionDigits: unit === 0 ? 0 : 1 });
  return `${digits.format(value)} ${units[unit]}`;
}
