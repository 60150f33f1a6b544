// Moments as a letter writes them: in words, by the clock of the house.

import { plus, unix, type Moment } from "../../protocol/id.ts";
import type { Language } from "../../protocol/refusal.ts";

const ZONE = "Europe/Amsterdam";
const DAYS = {
  nl: ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
} as const;
const MONTHS = {
  nl: "januari februari maart april mei juni juli augustus september oktober november december".split(" "),
  en: "January February March April May June July August September October November December".split(" "),
} as const;

const IN_ZONE = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
  hourCycle: "h23",
});

interface Local {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function localOf(at: Moment): Local {
  const parts = new Map(IN_ZONE.formatToParts(unix(at) * 1000).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return {
    year: of("year"),
    month: of("month"),
    day: of("day"),
    hour: of("hour"),
    minute: of("minute"),
    second: of("second"),
  };
}

/** `woensdag 2 december 2026, 14.00 uur`, or `Wednesday 2 December 2026, 14:00`. */
export function momentWords(at: Moment, language: Language): string {
  const local = localOf(at);
  const minute = String(local.minute).padStart(2, "0");
  const day = dayWords(local, language);
  return language === "nl" ? `${day}, ${local.hour}.${minute} uur` : `${day}, ${local.hour}:${minute}`;
}

/** The end of a term: its last day where it ends with a day, else the moment. */
export function byWords(until: Moment, language: Language): string {
  const { hour, minute, second } = localOf(until);
  const isMidnight = hour === 0 && minute === 0 && second === 0;
  return isMidnight ? dayWords(localOf(plus(until, -1)), language) : momentWords(until, language);
}

function dayWords({ year, month, day }: Local, language: Language): string {
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return `${DAYS[language][weekday]} ${day} ${MONTHS[language][month - 1]} ${year}`;
}
