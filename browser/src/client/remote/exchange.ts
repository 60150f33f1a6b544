// One request and its answer: time limits, tries, refusals, and how much is read.

import { NotA } from "../../protocol/id.ts";
import type { Language } from "../../protocol/refusal.ts";
import { ClientError } from "../error.ts";
import { maybe, object, readJson, text, type Shape } from "../json.ts";
import { Patience, SILENCE, waitingSentence, type Waits, type Why } from "./patience.ts";
import type { Progress } from "./transfer.ts";

/**
 * How many bytes an answer that is read into memory must bring in a second, once the hub's silence would have ended it,
 * and a part must take: as slow as any line in use, and no slower.
 */
const PACE = 16 * 1024;
/** No answer in JSON is longer, in bytes. */
const MOST_JSON = 64 * 1024 * 1024;
/** No refusal is longer, in bytes. */
const MOST_PROBLEM = 64 * 1024;

/** Something to ask of the hub. */
export interface Ask {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH" | "DELETE";
  /** Below the hub's address, without a slash before it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  /** Whether asking twice does what asking once does. */
  readonly repeatable: boolean;
}

/** To read, as often as it takes. */
export function toRead(path: string, query: Readonly<Record<string, string>> = {}): Ask {
  return { method: "GET", path, query, repeatable: true };
}

/** To post JSON. */
export function toPost(path: string, json: Uint8Array, repeatable: boolean): Ask {
  return { method: "POST", path, body: { type: "application/json", bytes: json }, repeatable };
}

/** What is told to the person who waits. */
export type Voice = (sentence: string) => void;

export interface ExchangeOptions {
  /** Where the hub is: its origin and nothing else. */
  readonly base: URL;
  readonly language: Language;
  readonly waits: Waits;
  readonly voice: Voice | undefined;
  readonly fetch: typeof fetch;
}

/** An answer of which the body is still to be read. */
export class Answer {
  constructor(
    private readonly response: Response,
    private readonly silence: number,
    private readonly abort: AbortController,
  ) {}

  get status(): number {
    return this.response.status;
  }

  get isGood(): boolean {
    return this.response.ok;
  }

  header(name: string): string | undefined {
    return this.response.headers.get(name) ?? undefined;
  }

  /**
   * The body, piece by piece; each comes within the hub's time to be silent, or within what `due` says in milliseconds.
   * Ends the connection when the reader has enough. Throws a ClientError of the network.
   */
  async *pieces(due: () => number = () => this.silence): AsyncGenerator<Uint8Array> {
    const reader = this.response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const { done, value } = await within(due(), reader.read());
        if (done) return;
        yield value;
      }
    } catch (error) {
      throw error instanceof ClientError ? error : ClientError.network(plain(error));
    } finally {
      this.end();
    }
  }

  /** The body, which must not be longer than so many bytes. Where the hub says how long it is, its progress is told. */
  async read(most: number, progress?: Progress): Promise<Uint8Array> {
    const all = Number(this.header("content-length"));
    const began = performance.now();
    const pieces: Uint8Array[] = [];
    let length = 0;
    // A hub that says a byte now and then, and never the last, must not keep us.
    const due = (): number => this.silence + (length / PACE) * 1000 - (performance.now() - began);
    for await (const piece of this.pieces(due)) {
      length += piece.length;
      if (length > most) throw ClientError.badAnswer("length");
      pieces.push(piece);
      if (all > 0) progress?.(length, all);
    }
    const body = new Uint8Array(length);
    pieces.reduce((at, piece) => (body.set(piece, at), at + piece.length), 0);
    return body;
  }

  /** Ends the connection, if it still lasts. */
  end(): void {
    this.abort.abort();
  }
}

/** Waits so many milliseconds for something and no longer. */
async function within<T>(wait: number, coming: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(ClientError.network("too slow")), Math.max(wait, 0));
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
    // What still comes, or breaks off, is of no interest.
    coming.catch(() => undefined);
  }
}

/**
 * Speaks to one hub, at its own origin, and goes nowhere else: redirects are errors, and neither cookies nor the
 * address of this page are sent. The session's token is held in memory only, where no other page can have it sent, and
 * goes with the page.
 */
export class Exchange {
  #token: string | undefined = undefined;
  #language: Language;

  constructor(private readonly options: ExchangeOptions) {
    this.#language = options.language;
  }

  /** Asks for words in this language from here on. */
  speak(language: Language): void {
    this.#language = language;
  }

  get base(): URL {
    return this.options.base;
  }

  /** Uses a session from here on, or none. */
  setToken(token: string | undefined): void {
    this.#token = token;
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** The answer, if it is a good one; tries again where that does no harm. */
  async answer(ask: Ask): Promise<Answer> {
    const answer = await this.tried(ask);
    if (answer.isGood) return answer;
    throw await refusalIn(answer);
  }

  /** The answer, or nothing where there is nothing. For HEAD, whose refusals have no body. */
  async answerIfThere(ask: Ask): Promise<Answer | undefined> {
    const answer = await this.tried(ask);
    if (answer.isGood) return answer;
    if (answer.status === 404 || answer.status === 410) return undefined;
    throw await refusalIn(answer);
  }

  /** The first answer that another try would not change. */
  private async tried(ask: Ask): Promise<Answer> {
    const patience = this.patience();
    for (;;) {
      const outcome = await this.once(ask).catch((error: unknown) => error);
      if (outcome instanceof Answer && !mayPass(outcome.status)) return outcome;
      const why = outcome instanceof Answer ? whyOf(outcome) : SILENCE;
      if (!ask.repeatable || !(await this.anotherTry(patience, why))) {
        if (outcome instanceof Answer) return outcome;
        throw outcome;
      }
      if (outcome instanceof Answer) outcome.end();
    }
  }

  /** What each question begins with. */
  patience(): Patience {
    return new Patience(this.options.waits);
  }

  /** Waits for another try, and tells the person so; false when it was tried often enough. */
  async anotherTry(patience: Patience, why: Why): Promise<boolean> {
    const wait = patience.next(why);
    if (wait === undefined) return false;
    const sentence = waitingSentence(why, wait, this.#language);
    if (sentence !== undefined) this.options.voice?.(sentence);
    await new Promise((resolve) => setTimeout(resolve, wait));
    return true;
  }

  /** One try, whatever the status. Throws a ClientError of the network where no answer comes. */
  async once(ask: Ask): Promise<Answer> {
    const { silence } = this.options.waits;
    const url = this.urlOf(ask);
    const abort = new AbortController();
    const most = silence + ((ask.body?.bytes.length ?? 0) / PACE) * 1000;
    const timer = setTimeout(() => abort.abort(), most);
    try {
      const response = await this.options.fetch(url, this.requestOf(ask, abort.signal));
      return new Answer(response, silence, abort);
    } catch (error) {
      throw ClientError.network(abort.signal.aborted ? "timeout" : plain(error));
    } finally {
      clearTimeout(timer);
    }
  }

  private urlOf({ path, query = {} }: Ask): URL {
    const url = new URL(path, this.base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (url.origin !== this.base.origin) throw ClientError.badAnswer("address");
    return url;
  }

  private requestOf(ask: Ask, signal: AbortSignal): RequestInit {
    const headers = new Headers(ask.headers);
    headers.set("accept-language", this.#language);
    if (ask.body !== undefined) headers.set("content-type", ask.body.type);
    if (this.#token !== undefined) headers.set("authorization", `Bearer ${this.#token}`);
    return {
      method: ask.method,
      headers,
      // A view of plain memory, as fetch takes it.
      body: (ask.body?.bytes as Uint8Array<ArrayBuffer> | undefined) ?? null,
      mode: isOwnOrigin(this.base) ? "same-origin" : "cors",
      redirect: "error",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal,
    };
  }

  /** The answer, in JSON of a shape. */
  async json<T>(ask: Ask, shape: Shape<T>): Promise<T> {
    const bytes = await this.bytes(ask, MOST_JSON);
    try {
      return readJson(bytes, shape);
    } catch (error) {
      throw error instanceof NotA ? ClientError.badAnswer("JSON") : error;
    }
  }

  /** The answer, at most so many bytes. One that breaks off halfway is asked for again. */
  async bytes(ask: Ask, most: number, progress?: Progress): Promise<Uint8Array> {
    const patience = this.patience();
    for (;;) {
      const answer = await this.answer(ask);
      try {
        return await answer.read(most, progress);
      } catch (error) {
        const isCut = error instanceof ClientError && error.problem.kind === "network";
        if (!ask.repeatable || !isCut || !(await this.anotherTry(patience, SILENCE))) throw error;
      }
    }
  }
}

/** Whether this page is the hub's own. */
function isOwnOrigin(base: URL): boolean {
  const { location } = globalThis as { location?: Location };
  return location?.origin === base.origin;
}

/** Whether the same question may get another answer soon. */
function mayPass(status: number): boolean {
  return [408, 429, 502, 503, 504].includes(status);
}

/** When to ask again, as far as the answer says. */
export function whyOf(answer: Answer): Why {
  const after = answer.header("retry-after") ?? "";
  return /^\d{1,9}$/.test(after) ? { kind: "told", wait: Number(after) * 1000 } : SILENCE;
}

/** RFC 9457, with our code; `next` is the case's or the bundle's number to take instead. */
const PROBLEM = object({ code: maybe(text), detail: maybe(text), title: maybe(text), next: maybe(text) });

/** What a refusal says. */
export async function refusalIn(answer: Answer): Promise<ClientError> {
  const body = await answer.read(MOST_PROBLEM).catch(() => new Uint8Array());
  return refusalOf(answer.status, body);
}

function refusalOf(status: number, body: Uint8Array): ClientError {
  const problem = problemIn(body);
  const code = problem?.code !== undefined && isCode(problem.code) ? problem.code : undefined;
  if (status === 401 && (code === undefined || code === "not-signed-in")) {
    return new ClientError({ kind: "signed-out" });
  }
  if (problem === undefined || code === undefined) return ClientError.network(`HTTP ${status}`);
  const sentence = problem.detail ?? problem.title ?? code;
  return new ClientError({ kind: "refused", code, sentence, next: problem.next });
}

function problemIn(body: Uint8Array): ReturnType<typeof PROBLEM> | undefined {
  try {
    return readJson(body, PROBLEM);
  } catch {
    return undefined;
  }
}

/** Codes are shown as they are, so they are words of small letters and nothing else. */
function isCode(code: string): boolean {
  return /^[a-z0-9-]{1,64}$/.test(code);
}

/** What went wrong on the way, without the address: it is the hub's own, and may hold an id. */
function plain(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^[A-Z_]{1,40}$/.test(code) ? code : "HTTP";
}

/** A word of the hub's in a path: letters, digits, `-` and `_` only, so that it stays where it is put. */
export function segment(word: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(word)) throw ClientError.badAnswer("id");
  return word;
}
