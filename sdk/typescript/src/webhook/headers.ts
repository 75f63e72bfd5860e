// Headers, whatever the framework hands them over as.

/** Headers of `fetch`, of Node, of Express, or plain pairs. */
export type HeadersLike =
  | { get(name: string): string | null | undefined }
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A look-up by lower-case name. */
export function reader(headers: HeadersLike): (name: string) => string | undefined {
  const { get } = headers as { get?: unknown };
  const iterable = Symbol.iterator in headers;
  if (!iterable && typeof get === 'function')
    return (name) => (get.call(headers, name) as string | null | undefined) ?? undefined;
  const pairs = (iterable ? [...(headers as Iterable<unknown>)] : Object.entries(headers)) as [
    string,
    string | readonly string[] | undefined,
  ][];
  const found = new Map(
    pairs.map(([name, value]) => [name.toLowerCase(), typeof value === 'object' ? value[0] : value]),
  );
  return (name) => found.get(name);
}
