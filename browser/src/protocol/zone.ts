// Moments by the clock on the house's wall: that of the Netherlands.

import { unix, type Moment } from "./id.ts";
import type { Language } from "./refusal.ts";

/** The house's time zone, as the IANA calls it. */
export const ZONE = "Europe/Amsterdam";

const ON_THE_WALL = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** A moment as people read it: `1-12-2026 09:00`, or `2026-12-01 09:00`. */
export function shown(moment: Moment, language: Language): string {
  const parts = ON_THE_WALL.formatToParts(unix(moment) * 1000);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? "";
  const time = `${of("hour")}:${of("minute")}`;
  const [year, month, day] = [of("year"), of("month"), of("day")].map(Number);
  if (language === "nl") return `${day}-${month}-${year} ${time}`;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")} ${time}`;
}
