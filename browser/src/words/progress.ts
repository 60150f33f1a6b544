// Words of what takes a while: what is done, how fast, and how long still.

import type { Doing } from "../desk/underway.ts";

export const nl = {
  doing: {
    sealing: "Verzegelen",
    sending: "Versturen",
    fetching: "Ophalen",
    checking: "Controleren",
    saving: "Opslaan",
  } satisfies Record<Doing, string> as Record<Doing, string>,
  which: (number: number, of: number) => `bestand ${number} van ${of}`,
  pace: (perSecond: string, seconds: number) =>
    `, ${perSecond} per seconde, nog ${seconds < 90 ? `${seconds} ${seconds === 1 ? "seconde" : "seconden"}` : `${Math.round(seconds / 60)} minuten`}`,
};

export const en: typeof nl = {
  doing: { sealing: "Sealing", sending: "Sending", fetching: "Fetching", checking: "Checking", saving: "Saving" },
  which: (number, of) => `file ${number} of ${of}`,
  pace: (perSecond, seconds) =>
    `, ${perSecond} a second, ${seconds < 90 ? `${seconds} ${seconds === 1 ? "second" : "seconds"}` : `${Math.round(seconds / 60)} minutes`} left`,
};
