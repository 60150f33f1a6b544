// What a page and the frame in it tell each other.

/** To the frame: what it is to show. */
export type Shows =
  | { readonly kind: "text"; readonly bytes: ArrayBuffer }
  | { readonly kind: "picture"; readonly bytes: ArrayBuffer; readonly mediaType: string }
  | { readonly kind: "pdf"; readonly bytes: ArrayBuffer };

/** To the frame: print what you show, with this line on every page. */
export interface Prints {
  readonly kind: "print";
  readonly line: string;
}

/** From the frame. */
export type Tells =
  /** It listens. */
  | { readonly kind: "ready" }
  /** It shows all of it. */
  | { readonly kind: "shown" }
  /** It shows the first pages; all of them would be more than a browser bears. */
  | { readonly kind: "begun"; readonly pages: number; readonly all: number }
  /** It can't be shown; it can still be saved. */
  | { readonly kind: "failed" }
  /** The same, since a page or a picture is larger than a browser bears. */
  | { readonly kind: "too-large" }
  /** Somebody reads in it; at most once a minute. */
  | { readonly kind: "touched" };

/** By what it shows that somebody is there, in the page and in the frame. None of these comes out of a frame. */
export const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** What the frame told. It read what somebody else made, so nothing of it is believed but that it is one of these. */
export function tellsOf(data: unknown): Tells | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { kind, pages, all } = data as Record<string, unknown>;
  switch (kind) {
    case "ready":
    case "shown":
    case "failed":
    case "too-large":
    case "touched":
      return { kind };
    case "begun":
      return isNumber(pages) && isNumber(all) ? { kind, pages, all } : undefined;
    default:
      return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
