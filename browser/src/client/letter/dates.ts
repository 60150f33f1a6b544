// Moments as a letter writes them: in words, by the clock of the house.

import { moment, plus, unix, type Moment } from "../../protocol/id.ts";
import type { Language } from "../../protocol/refusal.ts";
import { ZONE } from "../../protocol/zone.ts";

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

const WRITTEN = /^\w+ (\d{1,2}) (\w+) (\d{4})(?:, (\d{1,2})[.:](\d{2})(?: uur)?)?$/;

/** The end of a term as `byWords` writes it, in either language; nothing where it is something else. */
export function byWritten(words: string): Moment | undefined {
  const [, day, name = "", year, hour = "24", minute = "00"] = WRITTEN.exec(words) ?? [];
  const month = Math.max(MONTHS.nl.indexOf(name), MONTHS.en.indexOf(name));
  if (day === undefined || month < 0) return undefined;
  const shown = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute));
  const language = MONTHS.nl.includes(name) ? "nl" : "en";
  // The house's clock is one hour ahead of UTC, or two: the one that writes the same.
  return [1, 2].map((ahead) => momentOf(shown - ahead * 3_600_000)).find((at) => byWords(at, language) === words);
}

function momentOf(at: number): Moment {
  return moment(new Date(at).toISOString().replace(/\.\d+Z$/, "Z"));
}

function dayWords({ year, month, day }: Local, language: Language): string {
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return `${DAYS[language][weekday]} ${day} ${MONTHS[language][month - 1]} ${year}`;
}
