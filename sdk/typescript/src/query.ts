// Paths and query strings.

import { misuse } from './errors.js';

/** What a query parameter may be: lists become comma lists, dates epoch seconds, nothing is left out. */
export type QueryValue = string | number | boolean | Date | readonly string[] | undefined | null;

const shown = (value: Exclude<QueryValue, undefined | null>): string =>
  value instanceof Date
    ? String(Math.floor(value.getTime() / 1000))
    : Array.isArray(value)
      ? value.join(',')
      : String(value);

/** `?a=b&c=d`, or nothing. */
export function query(parameters: object = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters) as [string, QueryValue][]) {
    if (value !== undefined && value !== null) search.set(name, shown(value));
  }
  const text = search.toString();
  return text && `?${text}`;
}

/** An id as one segment of a path. An empty or dotted one would reach another route. */
export function segment(id: string | number): string {
  const text = String(id ?? '');
  if (/^\.{0,2}$/.test(text)) throw misuse('an id is missing');
  return encodeURIComponent(text);
}
