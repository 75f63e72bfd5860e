// Headers, whatever the framework hands them over as.

/** Headers of `fetch`, of Node, of Express, or plain pairs. */
export type HeadersLike =
  | { get(name: string): string | null | undefined }
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A look-up by lower-case name. */
export function reader(headers: HeadersLike): (name: string) => string | undefined {
  const { get } = headers as { get?: unknown };
  if (typeof get === 'function') return (name) => (get.call(headers, name) as string | null | undefined) ?? undefined;
  const pairs = Symbol.iterator in headers ? [...(headers as Iterable<readonly [string, string]>)] : Object.entries(headers);
  const found = new Map<string, string | undefined>();
  for (const [name, value] of pairs as [string, string | readonly string[] | undefined][]) {
    found.set(name.toLowerCase(), typeof value === 'object' ? value[0] : value);
  }
  return (name) => found.get(name);
}
