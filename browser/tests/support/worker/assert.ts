// In a Worker, in the place of node:assert/strict: as much of it as our units use. That it says what Node's own says is
// shown in tests/portal/units.test.ts.

class AssertionError extends Error {
  override readonly name = "AssertionError";
}

function fail(message = "failed"): never {
  throw new AssertionError(message);
}

function hold(isRight: boolean, message: string | undefined, otherwise: () => string): void {
  if (!isRight) fail(message === undefined ? otherwise() : `${message}\n${otherwise()}`);
}

function shown(value: unknown): string {
  const plain = (_: string, each: unknown): unknown => {
    if (typeof each === "bigint" || each === undefined) return String(each);
    return each instanceof Map || each instanceof Set ? [...each] : each;
  };
  return String(JSON.stringify(value, plain)).slice(0, 1000);
}

/** Whether two values are the same, with all that is in them; also what they are made by. */
function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  return sameInside(one, other) && sameFields(one, other);
}

/** What is not in the fields of a thing. */
function sameInside(one: object, other: object): boolean {
  if (one instanceof Array) return one.length === (other as unknown[]).length;
  if (one instanceof Map) return sameMembers(one, other as Map<unknown, unknown>);
  if (one instanceof Set) return sameMembers(one, other as Set<unknown>);
  if (one instanceof Date) return Object.is(one.getTime(), (other as Date).getTime());
  if (one instanceof RegExp) return String(one) === String(other);
  if (one instanceof Error) return one.message === (other as Error).message && one.name === (other as Error).name;
  if (one instanceof ArrayBuffer || one instanceof DataView || one instanceof Promise || one instanceof WeakMap) {
    throw new TypeError("what is in it can't be seen: compare something else");
  }
  return true;
}

type Members = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

/** In whatever order. */
function sameMembers(one: Members, other: Members): boolean {
  const left = [...other];
  const isThere = (member: unknown): boolean => {
    const at = left.findIndex((each) => same(member, each));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  return one.size === other.size && [...one].every(isThere);
}

function sameFields(one: object, other: object): boolean {
  const [names, others] = [fields(one), fields(other)];
  const has = new Set(others);
  const at = (of: object, name: PropertyKey): unknown => (of as Record<PropertyKey, unknown>)[name];
  return names.length === others.length && names.every((name) => has.has(name) && same(at(one, name), at(other, name)));
}

function fields(of: object): PropertyKey[] {
  const isEnumerable = (name: symbol): boolean => Object.prototype.propertyIsEnumerable.call(of, name);
  return [...Object.keys(of), ...Object.getOwnPropertySymbols(of).filter(isEnumerable)];
}

type Class = abstract new (...args: never[]) => unknown;
type Check = (thrown: unknown) => boolean;
/** What is to be thrown: of a class, found right, matched, or with these fields. Else a word for when nothing is. */
type Expected = RegExp | Class | Check | object | string;

function holdThrown(thrown: unknown, expected: Expected | undefined, message: string | undefined): void {
  if (expected === undefined || typeof expected === "string") return;
  hold(fits(thrown, expected), message, () => `thrown was ${String(thrown)} ${shown(thrown)}, not ${shown(expected)}`);
}

function fits(thrown: unknown, expected: Exclude<Expected, string>): boolean {
  if (expected instanceof RegExp) return expected.test(String(thrown));
  if (isClass(expected)) return thrown instanceof expected;
  if (typeof expected === "function") return (expected as Check)(thrown);
  const names = expected instanceof Error ? ["name", "message", ...fields(expected)] : fields(expected);
  if (names.length === 0) throw new TypeError("nothing is expected of what is thrown");
  const found = Object(thrown) as object;
  return names.every((name) => name in found && fitsField(Reflect.get(found, name), Reflect.get(expected, name)));
}

function isClass(expected: object): expected is Class {
  return typeof expected === "function" && "prototype" in expected;
}

function fitsField(found: unknown, expected: unknown): boolean {
  return expected instanceof RegExp && typeof found === "string" ? expected.test(found) : same(found, expected);
}

const NOTHING = Symbol("nothing was thrown");

function holdSome(thrown: unknown, expected: Expected | undefined, message: string | undefined): void {
  const word = message ?? (typeof expected === "string" ? expected : undefined);
  hold(thrown !== NOTHING, word, () => "nothing was thrown");
  holdThrown(thrown, expected, message);
}

export default {
  fail,
  ok: (value: unknown, message?: string) => hold(Boolean(value), message, () => `${shown(value)} is not so`),
  equal: (one: unknown, other: unknown, message?: string) =>
    hold(Object.is(one, other), message, () => `${shown(one)} is not ${shown(other)}`),
  notEqual: (one: unknown, other: unknown, message?: string) =>
    hold(!Object.is(one, other), message, () => `both are ${shown(one)}`),
  deepEqual: (one: unknown, other: unknown, message?: string) =>
    hold(same(one, other), message, () => `${shown(one)} is not ${shown(other)}`),
  notDeepEqual: (one: unknown, other: unknown, message?: string) =>
    hold(!same(one, other), message, () => `both are ${shown(one)}`),
  match: (text: string, pattern: RegExp, message?: string) =>
    hold(pattern.test(text), message, () => `${shown(text)} does not match ${String(pattern)}`),
  throws(work: () => unknown, expected?: Expected, message?: string) {
    let thrown: unknown = NOTHING;
    try {
      work();
    } catch (error) {
      thrown = error;
    }
    holdSome(thrown, expected, message);
  },
  async rejects(work: Promise<unknown> | (() => Promise<unknown>), expected?: Expected, message?: string) {
    const promise = typeof work === "function" ? work() : work;
    holdSome(await promise.then(() => NOTHING, (error: unknown) => error), expected, message);
  },
};
