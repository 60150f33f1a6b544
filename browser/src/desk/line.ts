// The line between a page and its desk, which works in a Worker: keys and what they open stay there, and the page never
// waits for a computation.

import * as Comlink from "comlink";

import type { Desk } from "./desk.ts";

/** A refusal as it crosses the line: its name, and its sentence in both languages. */
export interface Crossing {
  readonly code: string;
  readonly nl: string;
  readonly en: string;
}

/** A refusal of the desk's, in the page. */
export class DeskRefusal extends Error implements Crossing {
  override readonly name = "DeskRefusal";
  constructor(
    readonly code: string,
    readonly nl: string,
    readonly en: string,
  ) {
    super(code);
  }
}

/** The desk, as the page has it. */
export type FarDesk = Comlink.Remote<Desk>;

/** Says how what is thrown crosses the line. */
export function refuse(crossing: (thrown: unknown) => Crossing): void {
  const before = Comlink.transferHandlers.get("throw");
  if (before === undefined) return;
  Comlink.transferHandlers.set("throw", {
    canHandle: before.canHandle.bind(before) as (value: unknown) => value is { value: unknown },
    serialize: ({ value }: { value: unknown }) => [crossing(value), []],
    deserialize: ({ code, nl, en }: Crossing) => {
      throw new DeskRefusal(code, nl, en);
    },
  });
}

/** In the page: the desk in this Worker. */
export function call(worker: Worker): FarDesk {
  refuse(() => ({ code: "unexpected", nl: "", en: "" }));
  return Comlink.wrap<Desk>(worker);
}

/** Something of which these bytes go over to the desk, so that nothing of them stays in the page. */
export function handedOver<T extends object>(what: T, secrets: readonly Uint8Array[]): T {
  return Comlink.transfer(
    what,
    secrets.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

/** A function of the page that the desk may call, such as to tell how far it is. */
export function told<A extends unknown[], R>(listener: (...args: A) => R): (...args: A) => R {
  return Comlink.proxy(listener);
}
