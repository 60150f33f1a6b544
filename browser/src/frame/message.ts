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
  /** It can't be shown; it can still be saved. */
  | { readonly kind: "failed" };
