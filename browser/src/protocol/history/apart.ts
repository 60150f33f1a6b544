// Two histories that go on from one.

/**
 * A state like this one, that changes apart from it. What stands in its maps, sets and lists is never changed, only
 * replaced, so it is shared.
 */
export function apart<T extends object>(state: T): T {
  const copies = Object.entries(state).map(([name, field]) => [name, copied(field)]);
  return Object.assign(Object.create(Object.getPrototypeOf(state) as object) as T, Object.fromEntries(copies));
}

function copied(field: unknown): unknown {
  if (field instanceof Map) return new Map(field);
  if (field instanceof Set) return new Set(field);
  return Array.isArray(field) ? [...(field as unknown[])] : field;
}
